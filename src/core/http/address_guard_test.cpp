#include "core/http/address_guard.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using pay::http::AddressGuard;

TEST_CASE("addresses of the public internet are admitted, all others are not") {
    const AddressGuard guard;
    for (const auto* address :
         {"1.1.1.1",         "8.8.8.8",     "9.255.255.255",        "11.0.0.0",
          "100.63.255.255",  "100.128.0.0", "126.255.255.255",      "128.0.0.1",
          "169.253.255.255", "169.255.0.0", "172.15.255.255",       "172.32.0.0",
          "192.0.1.0",       "192.0.3.0",   "192.167.255.255",      "192.169.0.0",
          "198.17.255.255",  "198.20.0.0",  "203.0.112.255",        "203.0.114.0",
          "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111",
          "2a00:1450::1",    "3ffe::1",     "::ffff:8.8.8.8",       "64:ff9b::8.8.8.8"}) {
        CAPTURE(address);
        CHECK(guard.admits(address));
        CHECK(!guard.refuses(address));
    }
    for (const auto* address :
         {"0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
          "127.0.0.1", "127.255.255.254", "169.254.0.1", "169.254.169.254", "169.254.170.2",
          "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.192", "192.0.2.1", "192.88.99.1",
          "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7",
          "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
          // IPv6's own
          "::", "::1", "100::1", "fc00::1", "fd00:ec2::254", "fdff:ffff::1", "fe80::1", "fe80::1%1",
          "febf::1", "fec0::1", "ff02::1", "ff0e::1", "2001::1", "2001:0:4136::1", "2001:2::1",
          "2001:10::1", "2001:20::1", "2001:1ff:ffff::1", "2001:db8::1", "3fff::1", "5f00::1",
          "4000::1",
          // IPv4 in another dress
          "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.1.2.3", "::ffff:169.254.169.254",
          "::ffff:0.0.0.0", "::127.0.0.1", "::8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
          "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8", "2002:7f00:1::1",
          "2002:a00:1::", "2002:a9fe:a9fe::1", "2002:808:808::1"}) {
        CAPTURE(address);
        CHECK(!guard.admits(address));
        CHECK(guard.refuses(address));
    }
}

TEST_CASE("what is no address is not admitted, nor refused as one") {
    const AddressGuard guard;
    for (const auto* text :
         {"", "localhost", "0x7f.1", "2130706433", "127.1", "1.2.3.4.5", "example.com", "[::1]",
          "8.8.8.8/32", "8.8.8.8:443"}) {
        CAPTURE(text);
        CHECK(!guard.admits(text));
        CHECK(!guard.refuses(text));
    }
}

TEST_CASE("what the operator allows is admitted, in every dress") {
    const AddressGuard guard({"127.0.0.0/8", "10.1.2.3", "fd00::/8"});
    for (const auto* address :
         {"127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "10.1.2.3", "fd00::1",
          "8.8.8.8"}) {
        CAPTURE(address);
        CHECK(guard.admits(address));
    }
    for (const auto* address : {"10.1.2.4", "::1", "fc00::1", "169.254.169.254"}) {
        CAPTURE(address);
        CHECK(!guard.admits(address));
    }
    CHECK_THROWS_AS(AddressGuard({"everything"}), std::runtime_error);
    CHECK_THROWS_AS(AddressGuard({"10.0.0.0/33"}), std::runtime_error);
}
