package access

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestOdd(t *testing.T) {
	noon := time.Date(2025, 4, 23, 12, 0, 0, 0, time.UTC)
	looks := []Look{
		{Actor: "u1", ActorName: "Dag Dummy", Patient: "p1", PatientFamilyName: "Dummy", At: noon},
		{Actor: "u1", ActorName: "Dag Dummy", Patient: "p2", PatientFamilyName: "Testesen-Dummy", At: noon},
		{Actor: "u1", ActorName: "Dag Dummy", Patient: "p3", PatientFamilyName: "Dummysen", At: noon},
		{Actor: "u1", ActorName: "Dag Dummy", Patient: "p4", PatientFamilyName: "Dag", At: noon},
		{Actor: "u1", ActorName: "Dag Dummy", Patient: "p5", PatientFamilyName: "Dummy", Own: true, At: noon},
		{Actor: "u2", ActorName: "", Patient: "p6", PatientFamilyName: "", Purpose: "emergency", At: noon},
		{Actor: "u2", Purpose: "booking", At: noon},
	}
	for i, want := range []string{"same_surname", "same_surname", "", "", "own_record", "outside_work", ""} {
		if got := strings.Join(Odd(looks)[i], " "); got != want {
			t.Errorf("look %d: %q, want %q", i, got, want)
		}
	}
	many := func(n int, apart time.Duration) (marked int) {
		var some []Look
		for i := range n {
			some = append(some, Look{Actor: "u3", Patient: fmt.Sprint(i), At: noon.Add(time.Duration(i) * apart)}, Look{Actor: "u3", Patient: fmt.Sprint(i), At: noon.Add(time.Duration(i) * apart)})
		}
		for _, m := range Odd(some) {
			if len(m) > 0 {
				marked++
			}
		}
		return marked
	}
	for _, tt := range []struct {
		n     int
		apart time.Duration
		want  int
	}{{ManyPatients, time.Minute, 0}, {ManyPatients + 1, time.Minute, 2 * (ManyPatients + 1)}, {ManyPatients + 20, 2 * time.Minute, 0}} {
		if got := many(tt.n, tt.apart); got != tt.want {
			t.Errorf("%d patients %s apart: %d marked, want %d", tt.n, tt.apart, got, tt.want)
		}
	}
}
