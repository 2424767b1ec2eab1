#include "promotions/http/http_server.h"

#include "http/pipeline.h"

namespace promotions {

struct HttpServer::Impl {
  Impl(const HttpOptions& options, const HttpServices& services, std::vector<Route> routes)
      : pipeline(options, services, Router(std::move(routes))),
        front(Front::listen(
            options.front,
            {[this](const FramedRequest& framed, Responder responder) {
               pipeline.handle(framed, std::move(responder));
             },
             [this](const FramedRequest& head) { return pipeline.body_limit(head); }})) {}

  Pipeline pipeline;
  std::unique_ptr<Front> front;  // last, so that it stops first: it calls the pipeline
};

HttpServer::HttpServer(const HttpOptions& options, const HttpServices& services,
                       std::vector<Route> routes)
    : impl_(std::make_unique<Impl>(options, services, std::move(routes))) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const {
  return impl_->front->port();
}

void HttpServer::start() {
  impl_->front->start();
}

void HttpServer::stop(Millis grace) {
  impl_->front->stop(grace);
}

}  // namespace promotions
