#include "core/dead_letter/store.hpp"

#include <doctest/doctest.h>
