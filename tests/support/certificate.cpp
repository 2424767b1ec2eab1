#include "support/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace promotions {
namespace {

constexpr long kDay = 24L * 60 * 60;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeExtension {
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using X509Ptr = std::unique_ptr<X509, FreeCertificate>;

void require(bool good) {
  if (!good) throw std::runtime_error("openssl made no certificate");
}

void add(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, FreeExtension> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

X509Ptr make_certificate(EVP_PKEY* key, Certificate::Flaw flaw) {
  const bool is_ours = flaw != Certificate::Flaw::other_name;
  const char* host = is_ours ? "localhost" : "mail.example.net";
  X509Ptr certificate(X509_new());
  require(certificate != nullptr);
  X509* const made = certificate.get();
  X509_set_version(made, 2);  // v3
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -2 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(made), flaw == Certificate::Flaw::expired ? -kDay : kDay);
  X509_set_pubkey(made, key);
  X509_NAME* const name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(host),
                             -1, -1, 0);
  X509_set_issuer_name(made, name);
  add(made, NID_basic_constraints, "critical,CA:TRUE");
  add(made, NID_subject_alt_name, is_ours ? "DNS:localhost,IP:127.0.0.1" : "DNS:mail.example.net");
  require(X509_sign(made, key, EVP_sha256()) > 0);
  return certificate;
}

}  // namespace

void Certificate::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

Certificate::Certificate(Flaw flaw) : context_(SSL_CTX_new(TLS_server_method())) {
  const Key key(EVP_EC_gen("P-256"));
  require(key && context_);
  const X509Ptr certificate = make_certificate(key.get(), flaw);
  require(SSL_CTX_use_certificate(context_.get(), certificate.get()) == 1 &&
          SSL_CTX_use_PrivateKey(context_.get(), key.get()) == 1);
  const std::unique_ptr<std::FILE, CloseFile> out(std::fopen(file().c_str(), "w"));
  require(out && PEM_write_X509(out.get(), certificate.get()) == 1);
}

}  // namespace promotions
