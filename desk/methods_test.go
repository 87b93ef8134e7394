package desk

import (
	"errors"
	"strings"
	"testing"

	"rettid/day"
	"rettid/exception"
	"rettid/law"
)

// A file of methods is entered whole or not at all: one line that is refused in its midst leaves the register as it was, and so does one that can't be stored. Entered again it adds nothing.
func TestAFileOfMethodsIsEnteredWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, d *Desk) {
		ctx := t.Context()
		n := exception.National
		today := d.Today()
		mustMatter(t, d, matterOrder(n, 0, today.Add(-400), &exception.RegisterMethod{ID: "ID2024_001", Title: "Fabelmab", State: law.Assessing}))
		line := func(no int, id string, state law.MethodState, on day.Day, title string) exception.MethodLine {
			return exception.MethodLine{Line: no, On: on, Do: exception.RegisterMethod{ID: id, State: state, Title: title}}
		}
		at := exception.At{Actor: "u2201", Role: law.Secretariat, Place: n}
		states := func(want string) {
			t.Helper()
			all, err := d.Methods(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range all {
				for _, h := range m.State.Entry.History {
					got = append(got, m.State.Entry.ID+" "+string(h.State))
				}
			}
			if s := strings.Join(got, ", "); s != want {
				t.Errorf("the register: %s, want %s", s, want)
			}
		}
		file := []exception.MethodLine{
			line(2, "ID2024_001", law.Assessing, today.Add(-400), "Fabelmab"), // there already
			line(3, "ID2024_002", law.Commissioned, today.Add(-300), "Kulissetinib"),
			line(4, "ID2024_001", law.NotIntroduced, today.Add(-200), ""),
			line(5, "ID2024_002", law.Assessing, today.Add(-100), ""),
		}
		before := "ID2024_001 assessing"

		late := append(file[:3:3], line(9, "ID2024_003", law.Raised, today.Add(3), "Skissepumpe"), file[3])
		var refused MethodsRefused
		if _, err := d.ImportMethods(ctx, late, "k1", at); !errors.As(err, &refused) || len(refused) != 1 || refused[0].Line != 9 || !strings.Contains(err.Error(), "line 9") {
			t.Errorf("a line of tomorrow: %v", err)
		}
		states(before)
		// A key as long as the ledger takes for the ids of ten letters, and one too long for the one of eleven in their midst: a write that can't be stored.
		faulty := append(file[:3:3], line(9, "ID2024_0031", law.Raised, today.Add(-3), "Skissepumpe"), line(10, "ID2024_004", law.Raised, today.Add(-3), "Attrappin"), file[3])
		if _, err := d.ImportMethods(ctx, faulty, strings.Repeat("k", 512-len("/ID2024_001")), at); err == nil || !strings.Contains(err.Error(), "513 bytes") {
			t.Errorf("a line that can't be stored: %v", err)
		}
		states(before)

		whole := "ID2024_001 assessing, ID2024_001 not_introduced, ID2024_002 commissioned, ID2024_002 assessing"
		for i, want := range []int{3, 0} {
			if added, err := d.ImportMethods(ctx, file, []string{"k3", "k4"}[i], at); err != nil || added != want {
				t.Errorf("entered %d: %d, %v", i+1, added, err)
			}
			states(whole)
		}
		if v, err := d.Verify(ctx, today, nil); err != nil || len(v.Problems) > 0 {
			t.Errorf("verify: %v, %v", v.Problems, err)
		}
		if on, err := d.MethodOn(ctx, "HF", "ID2024_001", today); err != nil || on == nil || on.State != law.NotIntroduced {
			t.Errorf("the method today: %+v, %v", on, err)
		}
	})
}
