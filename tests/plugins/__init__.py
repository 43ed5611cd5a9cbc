"""What the test run stands on: throw-away servers, cloned databases, a served product, a browser."""
