package postgres

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// defaultSchema is the schema that the queries in this package name.
const defaultSchema = "mailhost"

// sql returns a query for the store's schema. Every table in it is named with
// its schema, since a search_path would be a setting of the session.
func (s *Store) sql(query string) string {
	if s.options.Schema == defaultSchema {
		return query
	}
	return strings.ReplaceAll(query, defaultSchema+".", pgx.Identifier{s.options.Schema}.Sanitize()+".")
}
