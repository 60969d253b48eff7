#pragma once

#include <boost/asio/ssl/context.hpp>

namespace pay::http {

/// TLS 1.2 and up, as clients speak it: the other side must show a certificate that the system's
/// authorities have signed (SSL_CERT_FILE names others).
boost::asio::ssl::context make_client_tls();

}  // namespace pay::http
