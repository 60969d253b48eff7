#include <exception>

#include "core/http/message.hpp"
#include "core/json/escape.hpp"
#include "core/log/log.hpp"

namespace pay::http {
namespace {

std::string_view in(Language language, const Text& text) {
    return language == Language::ko && !text.ko.empty() ? text.ko : text.en;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    out += ",\"";
    out += name;
    out += "\":";
    json::append_string(out, value);
}

void append_faults(std::string& out, const std::vector<FieldFault>& faults, Language language) {
    out += ",\"errors\":[";
    bool first = true;
    for (const auto& fault : faults) {
        out += first ? "{\"field\":" : ",{\"field\":";
        json::append_string(out, fault.field);
        append_member(out, "detail", in(language, fault.text));
        out += '}';
        first = false;
    }
    out += ']';
}

}  // namespace

std::string_view find(const Fields& fields, std::string_view name) {
    for (const auto& [key, value] : fields) {
        if (key == name) return value;
    }
    return {};
}

Response json_response(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

Response problem(const Error& error, Language language, std::string_view instance) {
    const CodeFacts& known = facts(error.code);
    const auto title = in(language, known.title);
    const auto detail = in(language, error.detail);
    Response response;
    response.status = known.status;
    response.content_type = "application/problem+json";
    response.headers.emplace_back("content-language", language == Language::ko ? "ko" : "en");
    std::string& out = response.body;
    out.reserve(256);
    out += "{\"type\":\"urn:payments:error:";
    out += known.name;
    out += '"';
    append_member(out, "title", title);
    out += ",\"status\":";
    out += std::to_string(known.status);
    append_member(out, "detail", detail.empty() ? title : detail);
    append_member(out, "code", known.name);
    append_member(out, "instance", instance);
    if (!error.fields.empty()) append_faults(out, error.fields, language);
    if (!error.order_id.empty()) append_member(out, "order_id", error.order_id);
    out += '}';
    return response;
}

Responder::~Responder() {
    if (!x_send) return;
    try {
        // While an exception passes, whoever catches it tells the log more.
        if (std::uncaught_exceptions() == 0) {
            log::error("a request was dropped without an answer", {{"path", x_instance}});
        }
        send(problem_of(Error{Code::internal}));
    } catch (const std::exception& e) {
        log::error("a dropped request could not be answered", {{"reason", e.what()}});
    }
}

void Responder::send(Response response) {
    PAY_ASSERT(x_send);
    std::exchange(x_send, {})(std::move(response));
}

void Responder::refuse(const Error& error) {
    send(problem_of(error));
}

}  // namespace pay::http
