"""The protobuf wire format: fields, size checks, repair of broken messages, and the compiled reader. Pure."""
