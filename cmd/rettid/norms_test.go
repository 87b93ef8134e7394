package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"rettid/law"
)

// declared finds every exported function, type and method in the sources of a room, as law.Breach or referral.Referral.Explain.
func declared(t *testing.T, room string) map[string]bool {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", room, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("there is no room %q: %v", room, err)
	}
	out := make(map[string]bool)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					out[room+"."+d.Name.Name] = true
					continue
				}
				of := d.Recv.List[0].Type
				if p, ok := of.(*ast.StarExpr); ok {
					of = p.X
				}
				if x, ok := of.(*ast.IndexExpr); ok {
					of = x.X
				}
				if id, ok := of.(*ast.Ident); ok {
					out[room+"."+id.Name+"."+d.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if ts, ok := spec.(*ast.TypeSpec); ok {
						out[room+"."+ts.Name.Name] = true
					}
				}
			}
		}
	}
	return out
}

// TestCarriersExist: what is said to carry a norm is there in the code.
func TestCarriersExist(t *testing.T) {
	rooms := make(map[string]map[string]bool)
	for _, c := range carriers() {
		if len(c.By) == 0 || len(c.Norms) == 0 {
			t.Errorf("a carrier of %v by %v names nothing", c.Norms, c.By)
		}
		for _, by := range c.By {
			room, _, _ := strings.Cut(by, ".")
			if rooms[room] == nil {
				rooms[room] = declared(t, room)
			}
			if !rooms[room][by] {
				t.Errorf("%v are said to be carried by %s, which is not in the code", c.Norms, by)
			}
		}
	}
}

// TestEveryNormIsCarriedOrWaits: each norm is carried by code or waits for something that is named, never both; and no id is unknown.
func TestEveryNormIsCarriedOrWaits(t *testing.T) {
	all, err := normLines()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 350+136 {
		t.Errorf("there are %d norms, not 350 and the 136 rules of the exception scheme", len(all))
	}
	for _, l := range all {
		switch {
		case len(l.By) > 0 && l.NotYet != "":
			t.Errorf("%s is carried by %s, and still listed as waiting for %s: take it out of law/norms.go", l.ID, strings.Join(l.By, ", "), l.NotYet)
		case len(l.By) == 0 && l.NotYet == "":
			t.Errorf("%s (%s) is carried by nothing and listed nowhere: %s", l.ID, l.Kind, l.Behaviour)
		}
		if l.NotYet == "" {
			continue
		}
		for _, c := range l.Cases {
			t.Errorf("%s waits for %s, and the case %q shows it", l.ID, l.NotYet, c)
		}
	}
	seen := make(map[string]bool)
	for _, w := range law.NotYet() {
		for _, id := range w.Norms {
			if seen[id] {
				t.Errorf("%s waits twice", id)
			}
			seen[id] = true
		}
	}
}

// TestHardNormsAreShown: a refusal, a warning or a date that is carried has a case or an example that shows it.
func TestHardNormsAreShown(t *testing.T) {
	all, err := normLines()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		switch l.Kind {
		case "refusal", "warning", "date":
			if l.NotYet == "" && len(l.Cases)+len(l.Examples) == 0 {
				t.Errorf("%s (%s) is carried by %s and shown by no case and no example: %s", l.ID, l.Kind, strings.Join(l.By, ", "), l.Behaviour)
			}
		}
	}
}
