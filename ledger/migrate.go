package ledger

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// A migration is one step of the schema. Once released it is never changed; a mistake is mended by the next.
type migration struct {
	version    int
	statements []string
}

// allMigrations reads migrations/NNNN_name.sql, in order from 1 without gaps.
func allMigrations() ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var all []migration
	for i, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: expected number %04d", name, i+1)
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, migration{version, statements(string(text))})
	}
	return all, nil
}

// statements splits a script at the semicolons that end lines, and leaves out comment lines.
func statements(script string) []string {
	var all []string
	var one strings.Builder
	for line := range strings.Lines(script) {
		if strings.HasPrefix(strings.TrimSpace(line), "--") {
			continue
		}
		one.WriteString(line)
		if strings.HasSuffix(strings.TrimRight(line, " \t\r\n"), ";") {
			statement := strings.TrimSpace(one.String())
			all = append(all, strings.TrimSuffix(statement, ";"))
			one.Reset()
		}
	}
	return all
}

// migrate brings the schema to this program's version, in one transaction: a database is never left halfway.
func migrate(ctx context.Context, s store) error {
	all, err := allMigrations()
	if err != nil {
		return err
	}
	return s.transact(ctx, func(t transaction) ([]*step, error) {
		first := []*step{{sql: s.translate("CREATE TABLE IF NOT EXISTS migration (version INTEGER NOT NULL PRIMARY KEY) STRICT")}}
		if lock := s.migrationLock(); lock != "" {
			first = append([]*step{{sql: lock}}, first...)
		}
		if err := t.run(ctx, first); err != nil {
			return nil, err
		}
		var have int
		if err := t.run(ctx, []*step{{sql: selectVersion, scan: func(r *row) error { have = int(r.int64()); return nil }}}); err != nil {
			return nil, err
		}
		if err := tooNew(have, len(all)); err != nil {
			return nil, err
		}
		var steps []*step
		for _, m := range all[have:] {
			for _, statement := range m.statements {
				steps = append(steps, &step{sql: s.translate(statement)})
			}
			steps = append(steps, &step{sql: "INSERT INTO migration (version) VALUES ($1)", args: []any{int64(m.version)}})
		}
		return steps, nil
	})
}

const selectVersion = "SELECT COALESCE(MAX(version), 0) FROM migration"

// checkVersion tells whether a database opened for reading has exactly this program's schema.
func checkVersion(ctx context.Context, s store) error {
	all, err := allMigrations()
	if err != nil {
		return err
	}
	have := 0
	if err := s.query(ctx, selectVersion, nil, func(r *row) error { have = int(r.int64()); return nil }); err != nil {
		return fmt.Errorf("read the version of the database: is it a Rettid database? %w", err)
	}
	if have < len(all) {
		return fmt.Errorf("the database has schema version %d, this program needs %d: open it once for writing", have, len(all))
	}
	return tooNew(have, len(all))
}

func tooNew(have, known int) error {
	if have > known {
		return fmt.Errorf("the database has schema version %d, this program knows up to %d: use the newer program", have, known)
	}
	return nil
}
