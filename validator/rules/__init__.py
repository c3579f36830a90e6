"""The rules: claims about update runs that go beyond their structure."""
