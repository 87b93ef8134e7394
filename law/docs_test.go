package law

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/law.md anew")

// provisionComments reads the comment above each rule in the sources: the provision, and our reading of it.
func provisionComments(t *testing.T) map[string][2]string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string][2]string)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR || len(g.Specs) != 1 {
				continue
			}
			v := g.Specs[0].(*ast.ValueSpec)
			lit, ok := valueOf(v).(*ast.CompositeLit)
			if !ok {
				continue
			}
			if typ, ok := lit.Type.(*ast.Ident); !ok || typ.Name != "Rule" {
				continue
			}
			id := ""
			for _, e := range lit.Elts {
				kv := e.(*ast.KeyValueExpr)
				if kv.Key.(*ast.Ident).Name == "ID" {
					id = strings.Trim(kv.Value.(*ast.BasicLit).Value, `"`)
				}
			}
			provision, reading, _ := strings.Cut(g.Doc.Text(), "Our reading:")
			out[id] = [2]string{joined(provision), upper(joined(reading))}
		}
	}
	return out
}

func valueOf(v *ast.ValueSpec) ast.Expr {
	if len(v.Values) != 1 {
		return nil
	}
	return v.Values[0]
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// joined makes paragraphs of lines.
func joined(s string) string {
	var out []string
	for _, p := range strings.Split(strings.TrimSpace(s), "\n\n") {
		out = append(out, strings.Join(strings.Fields(p), " "))
	}
	return strings.TrimSpace(strings.Join(out, "\n\n"))
}

// lawDoc draws docs/law.md.
func lawDoc(t *testing.T) string {
	comments := provisionComments(t)
	norms := make(map[string]Norm)
	for _, n := range AllNorms() {
		norms[n.ID] = n
	}
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	cell := func(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

	p("# The law as Rettid applies it\n")
	p("Drawn from the rules in `law/` and their examples, never typed: `go test ./law -run Docs -update` writes it anew, and the test fails while it is stale.")
	p("Each rule names where it stands written, the norms it carries (ids of the guide of 31 May 2024 by chapter, `R-` for the house's own readings),")
	p("what it has said from when, our reading, the settings that change it, and examples that are run by the tests.\n")
	p("| rule | what it says | where |\n| --- | --- | --- |")
	for _, r := range Rules() {
		p("| [%s](#%s) | %s | %s |", r.ID, r.ID, cell(r.Title), cell(r.Cite))
	}
	p("| [settings](#settings) | what the sources leave open | |")
	for _, r := range Rules() {
		prov := r.Provision()
		c, ok := comments[r.ID]
		if !ok || c[0] == "" {
			t.Errorf("rule %s has no comment with its provision above it", r.ID)
		}
		p("\n## %s\n", r.ID)
		p("**%s.** %s.\n", r.Title, r.Cite)
		p("%s\n", c[0])
		if c[1] != "" {
			p("*Our reading.* %s\n", c[1])
		}
		p("*In short.* %s\n", strings.Join(strings.Fields(prov.Reading), " "))
		p("Code: `law/%s.go`: %s.\n", strings.ReplaceAll(r.ID, "-", "_"), "`"+strings.Join(r.Funcs, "`, `")+"`")
		if eds := r.Editions(); len(eds) > 0 {
			p("| from | what it says | where |\n| --- | --- | --- |")
			for _, e := range eds {
				p("| %s | %s | %s |", e.From, cell(e.Says), cell(e.Cite))
			}
			p("")
		}
		if len(r.Uses) > 0 {
			p("Settings: `%s`.\n", strings.Join(r.Uses, "`, `"))
		}
		var readings []string
		p("| norm | kind | what the source says |\n| --- | --- | --- |")
		for _, id := range r.Norms {
			if n, ok := norms[id]; ok {
				p("| %s | %s | %s |", n.ID, n.Kind, cell(n.Statement))
			} else {
				readings = append(readings, id)
			}
		}
		p("")
		if len(readings) > 0 {
			p("Readings of the house: %s.\n", strings.Join(readings, ", "))
		}
		p("Examples:\n")
		p("| %s |", strings.Join(prov.Header, " | "))
		p("|%s", strings.Repeat(" --- |", len(prov.Header)))
		for _, ex := range prov.Examples {
			row := "|"
			for _, h := range prov.Header {
				row += " " + cell(ex.Cells[h]) + " |"
			}
			p("%s", row)
		}
	}
	p("\n## settings\n")
	p("Points the sources leave open, or that rest on recall. The law itself is not a setting. `rettid settings` lists them as they are set.\n")
	p("| setting | default | values | reading | what it says | rules |\n| --- | --- | --- | --- | --- | --- |")
	for _, s := range AllSettings() {
		var used []string
		for _, r := range Rules() {
			for _, key := range r.Uses {
				if key == s.Key {
					used = append(used, r.ID)
				}
			}
		}
		p("| `%s` | %s | %s | %s | %s | %s |", s.Key, s.Default, cell(s.Values), s.Rule, cell(s.Says), strings.Join(used, ", "))
	}
	return b.String()
}

// TestDocs holds docs/law.md against the rules.
func TestDocs(t *testing.T) {
	const name = "../docs/law.md"
	got := lawDoc(t)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; go test ./law -run Docs -update draws it", err)
	}
	if got == string(want) {
		return
	}
	a, b := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range b {
		if i >= len(a) || a[i] != b[i] {
			t.Fatalf("docs/law.md is stale from line %d (%s); go test ./law -run Docs -update draws it anew", i+1, b[i])
		}
	}
	t.Fatal("docs/law.md is longer than what is drawn; go test ./law -run Docs -update draws it anew")
}

// TestEditionsRun: editions stand in order of time, each from its own day.
func TestEditionsRun(t *testing.T) {
	for _, r := range Rules() {
		eds := r.Editions()
		for i, e := range eds {
			if e.Says == "" || e.Cite == "" || e.From.IsZero() {
				t.Errorf("rule %s, edition %d: %+v says too little", r.ID, i+1, e)
			}
			if i > 0 && !e.From.After(eds[i-1].From) {
				t.Errorf("rule %s: the edition from %s does not come after that from %s", r.ID, e.From, eds[i-1].From)
			}
		}
	}
	if len(assessmentDueRule.Editions()) != len(assessmentDays) {
		t.Error("the editions listed are not those the rule uses")
	}
}
