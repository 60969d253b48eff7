#pragma once

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <sstream>

/// RapidCheck inside a doctest case: the property must hold for every input RapidCheck thinks of;
/// if not, the case fails with the smallest one it found.
template <class Property>
void check_property(Property&& property) {
    const auto result = rc::detail::checkTestable(std::forward<Property>(property));
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    const bool holds = result.template is<rc::detail::SuccessResult>();
    CHECK_MESSAGE(holds, text.str());
}
