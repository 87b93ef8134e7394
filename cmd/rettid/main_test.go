package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"rettid/day"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rettid": main})
}

// The scripts run the program as people do: arguments in, text and exit status out.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"status": status},
		Setup: func(env *testscript.Env) error {
			examples, err := filepath.Abs("../../docs/examples")
			env.Setenv("EXAMPLES", examples)
			return err
		},
	})
}

// status runs the program and demands an exit status: status 2 rettid day add x 10
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N program argument…")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = err.Error()
	}
	if want := args[0]; got != want && got != "exit status "+want {
		ts.Fatalf("%s, want exit status %s", got, want)
	}
}

func FuzzReadCalendar(f *testing.F) {
	f.Add([]byte(`{"eves_are_workdays":true,"closed":[{"date":"2026-09-01","name":"flyttedag","known_from":"2026-06-01"}]}`))
	f.Add([]byte(`{"closed":[{"date":null}]}`))
	f.Add([]byte(`{} {}`))
	f.Add([]byte("{\n\"closed\": 1}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := readCalendar(text)
		if err != nil {
			return
		}
		c, err := day.New(o)
		if err != nil {
			return
		}
		for _, closed := range o.Closed {
			if c.IsWorking(closed.Day) {
				t.Fatalf("%s is closed, and a working day", closed.Day)
			}
		}
	})
}
