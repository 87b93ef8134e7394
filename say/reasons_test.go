package say

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rettid/exception"
	"rettid/law"
	"rettid/referral"
	"rettid/words"
)

// A reasonCall is one place in the code where a reason is given: its code, and the arguments that follow it.
type reasonCall struct {
	code string
	at   token.Position
	args []ast.Expr
}

// reasonCalls finds the reasons in the sources of a room: because(code, …), object(verdict, norms, code, …), Impossible(code, …) and reason(code, …).
// A code that is no literal is given as "".
func reasonCalls(t *testing.T, room string) []reasonCall {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources in %s: %v", room, err)
	}
	var out []reasonCall
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			var callee string
			switch f := call.Fun.(type) {
			case *ast.Ident:
				callee = f.Name
			case *ast.SelectorExpr:
				callee = f.Sel.Name
			}
			at, known := map[string]int{"because": 0, "reason": 0, "Impossible": 0, "object": 2}[callee]
			if !known || len(call.Args) <= at {
				return true
			}
			c := reasonCall{at: set.Position(call.Pos()), args: call.Args[at+1:]}
			if lit, ok := call.Args[at].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				c.code, _ = strconv.Unquote(lit.Value)
			}
			out = append(out, c)
			return true
		})
	}
	return out
}

var slot = regexp.MustCompile(`\{[a-z0-9]+\}`)

// TestEveryReasonHasWords: a reason the law or a referral gives can be said in bokmål, nynorsk and English, and no sentence asks for an
// argument that is not given.
func TestEveryReasonHasWords(t *testing.T) {
	seen := 0
	for _, room := range []string{"law", "referral", "exception"} {
		for _, c := range reasonCalls(t, room) {
			if c.code == "" {
				switch name := filepath.Base(c.at.Filename); name {
				case "law.go", "impossible.go": // hand a code on that was given elsewhere
				case "basis.go": // the norm of a forbidden ground: see below
				default:
					t.Errorf("%s: the code of a reason is to be a literal, so that its words can be found", c.at)
				}
				continue
			}
			seen++
			for _, l := range words.Langs() {
				if !Has(l, c.code) {
					t.Errorf("%s: reason %q has no words in %s", c.at, c.code, l)
					continue
				}
				for _, s := range slot.FindAllString(template(l, c.code), -1) {
					if !fits(s, c.args) {
						t.Errorf("%s: reason %q in %s says %s, which is not among its %d arguments", c.at, c.code, l, s, len(c.args))
					}
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d reasons found in the sources; the search is broken", seen)
	}
	for _, g := range law.BasisCodes() {
		for _, l := range words.Langs() {
			if !g.Allowed && !Has(l, g.Norm) {
				t.Errorf("the forbidden ground %s has no words for %s in %s", g.Code, g.Norm, l)
			}
			if !words.Has(l, "basis."+g.Code) {
				t.Errorf("the ground %s has no name in %s", g.Code, l)
			}
		}
	}
}

// fits tells whether a slot of a sentence finds its argument: {0} by place, {date} the first day.
func fits(slot string, args []ast.Expr) bool {
	if slot == "{date}" {
		for _, a := range args {
			if call, ok := a.(*ast.CallExpr); ok {
				switch f := call.Fun.(type) {
				case *ast.Ident:
					if f.Name == "D" {
						return true
					}
				case *ast.SelectorExpr:
					if f.Sel.Name == "D" {
						return true
					}
				}
			}
		}
		return false
	}
	i, err := strconv.Atoi(strings.Trim(slot, "{}"))
	return err == nil && i < len(args)
}

// TestEveryKindHasAName: the code words of the law that people read have names in three languages.
func TestEveryKindHasAName(t *testing.T) {
	var keys []string
	for _, x := range law.Statuses {
		keys = append(keys, "status."+string(x))
	}
	for _, x := range []law.Right{law.Pending, law.Granted, law.NotGranted, law.NotAssessed} {
		keys = append(keys, "right."+string(x))
	}
	for _, x := range law.Kinds {
		keys = append(keys, "kind."+string(x))
	}
	for _, x := range law.Concerns {
		keys = append(keys, "concerns."+string(x))
	}
	for _, x := range law.Letters {
		keys = append(keys, "letter."+string(x))
	}
	for _, x := range law.Contacts {
		keys = append(keys, "start."+string(x))
	}
	for _, x := range law.DutyNames {
		keys = append(keys, "duty."+string(x)+".chip", "duty."+string(x)+".sentence")
	}
	for _, x := range law.Kins {
		keys = append(keys, "kin_role."+string(x))
	}
	for _, x := range []law.BreachState{law.NoBreach, law.Expected, law.Occurred} {
		keys = append(keys, "breach."+string(x))
	}
	for _, x := range []law.PostponedBy{law.ByPatient, law.ByMedical, law.ByProvider} {
		keys = append(keys, "postponed_by."+string(x))
	}
	for _, x := range append(referral.Verbs(), exception.Verbs()...) {
		keys = append(keys, "verb."+x)
	}
	for _, x := range law.ExceptionDutyNames {
		keys = append(keys, "duty."+string(x)+".chip", "duty."+string(x)+".sentence")
	}
	for _, x := range law.ExceptionKinds {
		keys = append(keys, "exception.kind."+string(x))
	}
	for _, x := range law.ExceptionOutcomes {
		keys = append(keys, "exception.outcome."+string(x))
	}
	for _, x := range law.ExceptionRoutes {
		keys = append(keys, "route."+string(x))
	}
	for _, x := range law.MethodStates {
		keys = append(keys, "method_state."+string(x))
	}
	for _, x := range law.Criteria {
		keys = append(keys, "exception.criterion."+string(x))
	}
	for _, x := range exception.GroupSteps {
		keys = append(keys, "group_step."+x)
	}
	for _, x := range exception.Letters {
		keys = append(keys, "letter."+string(x))
	}
	for _, x := range []law.ExceptionStatus{law.ExceptionReceived, law.ExceptionDecided, law.MeetingPlanned, law.MeetingHeld, law.MeetingApproved, law.HearingOpen, law.HearingClosed, law.MethodKept, law.Reviewed} {
		keys = append(keys, "exception.status."+string(x))
	}
	for _, key := range keys {
		for _, l := range words.Langs() {
			if !words.Has(l, key) {
				t.Errorf("%s has no words in %s", key, l)
			}
		}
	}
}
