package npr

import (
	"testing"

	"rettid/day"
)

func TestReportingPeriods(t *testing.T) {
	for name, want := range map[string]string{"2025-09": "2025-09-01 2025-09-30", "2024-02": "2024-02-01 2024-02-29", "2025-T1": "2025-01-01 2025-04-30", "2025-T2": "2025-01-01 2025-08-31",
		"2025-T3": "2025-01-01 2025-12-31", "2025": "2025-01-01 2025-12-31"} {
		r, err := ParseReporting(name)
		if err != nil || r.In.From.String()+" "+r.In.To.String() != want {
			t.Errorf("%s: %v %v, want %s", name, r.In, err, want)
		}
	}
	for _, bad := range []string{"", "2025-13", "2025-T4", "2025-T0", "25-01", "2025-1", "2025/09", "20250", "2025-09 "} {
		if _, err := ParseReporting(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	var names string
	for _, r := range Reportings(day.On(2026, 1, 20), 3) {
		names += r.Name + " "
	}
	if names != "2026-01 2025 2025-T3 2025-12 2025-11 " {
		t.Error(names)
	}
}
