# Run by promotions_embed(): writes FILES as one C++ source.
set(arrays "")
set(entries "")
set(count 0)
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH path ${ROOT} ${file})
  file(READ ${file} bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
  string(APPEND arrays "const char file_${count}[] = \"${bytes}\";\n")
  string(APPEND entries "    {\"${path}\", {file_${count}, ${size}}},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"promotions/base/embedded.h\"

namespace promotions {
namespace {
${arrays}
const EmbeddedFile files[] = {
${entries}    {\"\", {}}};
}  // namespace

std::span<const EmbeddedFile> embedded_${NAME}() { return {files, ${count}}; }
}  // namespace promotions
")
