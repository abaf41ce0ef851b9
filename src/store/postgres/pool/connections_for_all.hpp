#pragma once

/// SQL of the number of connections that the server has for those who are no superusers.
#define CURT_CONNECTIONS_FOR_ALL                                                                     \
  "current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int" \
  " - coalesce(current_setting('reserved_connections', true), '0')::int"
