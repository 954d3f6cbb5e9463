"""The services: one package each, from its wire format to the domain's items. Never imports a screen or the engine."""
