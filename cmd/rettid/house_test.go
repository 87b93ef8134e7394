package main

import (
	"flag"
	"fmt"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rettid/law"
	"rettid/words"
)

var update = flag.Bool("update", false, "draw docs/floors.txt, docs/map.md and GLOSSARY.md anew")

// floors is the house from the ground up: arrows point from a floor to those below it, never along one. A new room is given its floor here, and shows in
// docs/floors.txt.
var floors = []struct {
	name  string
	rooms []string
}{
	{"ground: days, tables of text", []string{"day", "table"}},
	{"1: words, the law, plain rows, what an issuer says", []string{"words", "law", "patient", "clinic", "guide", "access/oidc"}},
	{"2: the log of a case", []string{"entry"}},
	{"3: a referral, a matter of the exception scheme", []string{"referral", "exception"}},
	{"4: readers, sentences, the ledger", []string{"ledger", "say", "chart", "pdf", "letter", "waitlist", "figures", "report", "forecast", "npr", "equity"}},
	{"5: the one way in", []string{"desk"}},
	{"6: taking over from elsewhere, letting people in", []string{"intake", "registry", "post", "access"}},
	{"7: doors", []string{"web", "fhir", "kith", "cdshooks", "casefile", "demo"}},
	{"roof: flags, configuration, wiring", []string{"cmd/rettid"}},
	{"tests: the whole house, throw-away servers", []string{"story", "internal/testpg", "internal/testissuer"}},
}

// A room is one package of the house.
type room struct {
	name, about string
	imports     []string // other rooms, sorted
	lines       int      // of the program, tests left out
}

// house reads the rooms from the sources: their imports, and the first sentence of what they say of themselves. Tests are left out, for they may look
// anywhere.
func house(t *testing.T) map[string]room {
	t.Helper()
	out := make(map[string]room)
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.Base(path)
		if d.IsDir() {
			if name == "testdata" || name == "node_modules" || name == "bench" || strings.HasPrefix(name, ".") && len(name) > 2 {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		dir, err := filepath.Rel(filepath.Join("..", ".."), filepath.Dir(path))
		if err != nil {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		r := out[filepath.ToSlash(dir)]
		r.name = filepath.ToSlash(dir)
		r.lines += strings.Count(string(src), "\n")
		if file.Doc != nil {
			r.about = new(doc.Package).Synopsis(file.Doc.Text())
		}
		for _, i := range file.Imports {
			if other, ok := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), "rettid/"); ok && !slices.Contains(r.imports, other) {
				r.imports = append(r.imports, other)
			}
		}
		slices.Sort(r.imports)
		out[r.name] = r
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func floorOf(name string) int {
	for i, f := range floors {
		if slices.Contains(f.rooms, name) {
			return i
		}
	}
	return -1
}

// TestArrowsPointDown: a room looks only at rooms on floors below its own.
func TestArrowsPointDown(t *testing.T) {
	for name, r := range house(t) {
		at := floorOf(name)
		if at < 0 {
			t.Errorf("the room %s stands on no floor: give it one in floors (house_test.go)", name)
			continue
		}
		for _, other := range r.imports {
			switch below := floorOf(other); {
			case below >= at:
				t.Errorf("%s (floor %s) looks at %s (floor %s): arrows only point down", name, floors[at].name, other, floors[below].name)
			case below < 0:
				t.Errorf("%s looks at %s, which stands on no floor", name, other)
			}
		}
		if r.about == "" {
			t.Errorf("the room %s does not say what it is for: it needs a package comment", name)
		}
	}
}

// TestFloorsAreDrawn holds docs/floors.txt, the import map, against the sources.
func TestFloorsAreDrawn(t *testing.T) {
	rooms := house(t)
	var b strings.Builder
	b.WriteString("The import map: every room, and the rooms it looks at. Arrows only point down.\nDrawn by a test: go test ./cmd/rettid -run Drawn -update\n")
	for i := len(floors) - 1; i >= 0; i-- {
		first := true
		for _, name := range floors[i].rooms {
			r, ok := rooms[name]
			if !ok {
				continue // not built yet
			}
			if first {
				fmt.Fprintf(&b, "\n%s\n", floors[i].name)
				first = false
			}
			fmt.Fprintf(&b, "  %-16s -> %s\n", name, strings.Join(r.imports, " "))
		}
	}
	drawn(t, filepath.Join("..", "..", "docs", "floors.txt"), b.String())
}

// TestMapIsDrawn holds docs/map.md against what the rooms say of themselves.
func TestMapIsDrawn(t *testing.T) {
	rooms := house(t)
	var b strings.Builder
	b.WriteString("# The house, room by room\n\nDrawn from the package comments: `go test ./cmd/rettid -run Drawn -update`. Who looks at whom: [floors.txt](floors.txt).\n")
	for i := len(floors) - 1; i >= 0; i-- {
		first := true
		for _, name := range floors[i].rooms {
			r, ok := rooms[name]
			if !ok {
				continue
			}
			if first {
				fmt.Fprintf(&b, "\n## %s\n\n| room | what it is for |\n| --- | --- |\n", floors[i].name)
				first = false
			}
			fmt.Fprintf(&b, "| `%s/` | %s |\n", name, strings.ReplaceAll(r.about, "|", `\|`))
		}
	}
	b.WriteString("\nBeside the rooms: `bench/`, a module of its own in which the program is measured against named peers, and `docs/`: [law.md](law.md), the law as it is applied, drawn from the rules; `decisions/`, what was chosen and why.\n")
	drawn(t, filepath.Join("..", "..", "docs", "map.md"), b.String())
}

// TestGlossaryIsDrawn holds GLOSSARY.md against words/glossary.csv and the names in the code.
func TestGlossaryIsDrawn(t *testing.T) {
	names := make(map[string][]string) // lower case without separators → room.Name
	for _, room := range []string{"day", "law", "referral", "clinic", "guide", "patient", "waitlist", "figures"} {
		for name := range declared(t, room) {
			if strings.Count(name, ".") == 1 {
				_, n, _ := strings.Cut(name, ".")
				names[strings.ToLower(n)] = append(names[strings.ToLower(n)], name)
			}
		}
	}
	var b strings.Builder
	b.WriteString("# Glossary\n\nThe trade's own words, with what the code calls them. Drawn from `words/glossary.csv`: `go test ./cmd/rettid -run Drawn -update`.\nThe column «code» gives the word used in case files, JSON and the database, and the Go name where there is one.\n\n")
	b.WriteString("| English | bokmål | nynorsk | what it is | source | code |\n| --- | --- | --- | --- | --- | --- |\n")
	cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
	for _, g := range words.Glossary() {
		code := "`" + g.Identifier + "`"
		found := names[strings.ReplaceAll(g.Identifier, "_", "")]
		slices.Sort(found)
		for _, n := range found {
			code += ", `" + n + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", cell(g.EN), cell(g.NB), cell(g.NN), cell(g.Definition), cell(g.Source), code)
	}
	drawn(t, filepath.Join("..", "..", "GLOSSARY.md"), b.String())
}

// drawn compares a drawn page with the file, or writes it with -update.
func drawn(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	was, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; go test ./cmd/rettid -run Drawn -update draws it", err)
	}
	if string(was) != got {
		t.Errorf("%s is stale; go test ./cmd/rettid -run Drawn -update draws it anew, and the diff shows what changed", name)
	}
}

// TestEverySettingIsRead: a setting that no code reads promises what it does not keep.
func TestEverySettingIsRead(t *testing.T) {
	unread := make(map[string]bool)
	fields := reflect.TypeFor[law.Settings]()
	for i := range fields.NumField() {
		unread[fields.Field(i).Name] = true
	}
	for name := range house(t) {
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(name), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == "settings.go" {
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for field := range unread {
				if strings.Contains(string(src), "."+field) {
					delete(unread, field)
				}
			}
		}
	}
	for field := range unread {
		t.Errorf("law.Settings.%s is set and never read", field)
	}
}

// TestReadme: the README tells of every command, every environment variable of the program and every setting with its default.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	commands := reflect.TypeFor[cli]()
	for i := range commands.NumField() {
		name := strings.ToLower(commands.Field(i).Name)
		if !strings.Contains(readme, "rettid "+name) {
			t.Errorf("README.md does not tell of the command rettid %s", name)
		}
	}
	for _, s := range law.AllSettings() {
		if !strings.Contains(readme, fmt.Sprintf("| `%s` | %s |", s.Key, s.Default)) {
			t.Errorf("README.md lacks the setting `%s` with its default %s", s.Key, s.Default)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("env:\"([A-Z_]+)\"").FindAllStringSubmatch(string(src), -1) {
			if !strings.Contains(readme, "`"+m[1]+"`") {
				t.Errorf("README.md does not tell of %s", m[1])
			}
		}
	}
}
