"""The engines that validate opened documents by the compiled schemas or by the sources."""
