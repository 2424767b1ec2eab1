// The names of an enum's values, taken from the source when it is compiled, so that there is no
// second list to keep in step. For enums whose values count up from 0 without a gap.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace promotions {

namespace enum_names_detail {

template <auto Value>
consteval std::string_view name_of() {
  // GCC writes "… [with auto Value = promotions::Page::error; …]" and Clang "… [Value = …]". For a
  // number that is no enumerator it is "(promotions::Page)38": so count_of() finds the end.
  const std::string_view function = __PRETTY_FUNCTION__;
  const std::size_t begin = function.find("Value = ") + std::string_view("Value = ").size();
  const std::string_view value =
      function.substr(begin, function.find_first_of(";]", begin) - begin);
  return value.front() == '(' ? std::string_view() : value.substr(value.rfind(':') + 1);
}

template <typename Enum, std::size_t... Index>
consteval auto names_of(std::index_sequence<Index...>) {
  return std::array{name_of<static_cast<Enum>(Index)>()...};
}

template <typename Enum, std::size_t Count = 0>
consteval std::size_t count_of() {
  if constexpr (name_of<static_cast<Enum>(Count)>().empty()) {
    return Count;
  } else {
    return count_of<Enum, Count + 1>();
  }
}

}  // namespace enum_names_detail

// All names, indexed by value.
template <typename Enum>
inline constexpr auto kEnumNames = enum_names_detail::names_of<Enum>(
    std::make_index_sequence<enum_names_detail::count_of<Enum>()>());

// Throws std::out_of_range if `value` is no enumerator.
template <typename Enum>
constexpr std::string_view enum_name(Enum value) {
  return kEnumNames<Enum>.at(static_cast<std::size_t>(value));
}

}  // namespace promotions
