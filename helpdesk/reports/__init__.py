"""The figures of the reports: each module counts one matter over a scope (days, queue, channel), in SQL."""
