"""The platform that tests run on: real servers if PAYMENTS_ENGINE=stack, else the embedded one."""

import os

STACK = os.environ.get("PAYMENTS_ENGINE") == "stack"

if STACK:
    from stack_platform import StackPlatform as Platform
else:
    from platform_process import Platform

__all__ = ["STACK", "Platform"]
