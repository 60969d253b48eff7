"""The platform that tests run on: PAYMENTS_ENGINE=stack takes real servers, else the embedded one."""

import os

STACK = os.environ.get("PAYMENTS_ENGINE") == "stack"

if STACK:
    from stack_platform import StackPlatform as Platform
else:
    from platform_process import Platform

__all__ = ["STACK", "Platform"]
