from tests.directory.fixtures import demo_services, edda, post, staff

__all__ = ["demo_services", "edda", "post", "staff"]
