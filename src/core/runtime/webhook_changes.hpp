#pragma once

#include <memory>

#include "core/runtime/webhook_routes.hpp"

/// What admins change of webhooks out. Each is one transaction with its reason in the log of
/// operators' actions and its answer under the call's key: without the secret, which is told once.
namespace pay {

void create_webhook(WebhookDesk& desk, const std::shared_ptr<Call>& call);
void change_webhook(WebhookDesk& desk, const std::shared_ptr<Call>& call);
void rotate_webhook(WebhookDesk& desk, const std::shared_ptr<Call>& call);
void remove_webhook(WebhookDesk& desk, const std::shared_ptr<Call>& call);
/// Sends a `webhook.test`.
void test_webhook(WebhookDesk& desk, const std::shared_ptr<Call>& call);
void redeliver_webhook(WebhookDesk& desk, const std::shared_ptr<Call>& call);

}  // namespace pay
