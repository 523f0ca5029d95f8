"""How a service meets Kafka. The only place that knows FastStream inside."""
