from tests.directory.fixtures import demo_services, edda, keepers, post

__all__ = ["demo_services", "edda", "keepers", "post"]
