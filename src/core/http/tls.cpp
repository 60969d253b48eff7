#include "core/http/tls.hpp"

namespace pay::http {

namespace ssl = boost::asio::ssl;

ssl::context make_client_tls() {
    ssl::context tls(ssl::context::tls_client);
    tls.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    tls.set_default_verify_paths();
    tls.set_verify_mode(ssl::verify_peer);
    return tls;
}

}  // namespace pay::http
