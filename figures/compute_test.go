package figures

import (
	"math"
	"slices"
	"testing"

	"rettid/day"
)

func d(s string) day.Day {
	if s == "" {
		return day.Day{}
	}
	x, err := day.Parse(s)
	if err != nil {
		panic(err)
	}
	return x
}

func p(id, sen, rec, ass string, right int, dead, end string, code int, post ...int) *Period {
	x := &Period{ID: id, Seniority: d(sen), Received: d(rec), Assessed: d(ass), Right: right, Deadline: d(dead), End: d(end), EndCode: code}
	for _, c := range post {
		x.Postponements = append(x.Postponements, Postponement{Code: c})
	}
	return x
}

// dataSetA is the worked example of domain rules 12.3.
func dataSetA() []*Period {
	return []*Period{
		p("A1", "2024-03-01", "2024-03-01", "2024-03-08", 3, "2024-05-24", "2024-05-21", 1),
		p("A2", "2024-02-12", "2024-02-12", "2024-02-20", 3, "2024-05-06", "2024-05-07", 1),
		p("A3", "2024-04-26", "2024-04-26", "2024-05-14", 3, "2024-08-16", "", 0),
		p("A4", "2024-04-26", "2024-05-03", "2024-05-15", 3, "2024-06-07", "", 0),
		p("A5", "2024-01-15", "2024-01-15", "2024-01-24", 3, "2024-04-08", "", 0),
		p("A6", "2024-05-02", "2024-05-02", "2024-05-10", 5, "", "", 0),
		p("A7", "2024-05-20", "2024-05-20", "", 0, "", "", 0),
		p("A8", "2024-03-11", "2024-03-11", "2024-03-19", 3, "2024-05-10", "2024-05-28", 1, 22),
		p("A9", "2024-05-13", "2024-05-13", "2024-05-14", 3, "2024-05-27", "2024-05-14", 1),
		p("A10", "2023-12-04", "2023-12-04", "2023-12-14", 3, "2024-03-29", "2024-05-15", 3),
		p("A11", "2024-02-05", "2024-02-05", "2024-02-13", 3, "2024-05-31", "", 0),
		p("A12", "2024-05-06", "2024-04-30", "2024-05-08", 3, "2024-06-28", "2024-05-31", 1),
	}
}

func TestDataSetA(t *testing.T) {
	span, _ := ParseSpan("2024-05")
	r, err := Compute(slices.Values(dataSetA()), Options{Span: span, Has: map[string]bool{"ansienDato": true, "vurdDato": true, "rettTilHelsehjelp": true,
		"fristStartBehandling": true, "ventetidSluttDato": true, "ventetidSluttKode": true, "utsettKode": true}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Cells) != 1 || r.Rows != 12 {
		t.Fatalf("%d cells over %d rows", len(r.Cells), r.Rows)
	}
	c := r.Cells[0]
	for key, want := range map[string]float64{
		"newly_referred": 3, "ordinarily_concluded": 3, "concluded_mean_days": 197.0 / 3, "concluded_median_days": 81, "concluded_p90_days": 85, "concluded_breach": 1,
		"concluded_breach_share": 1.0 / 3, "started_with_postponement": 1, "ended_other": 1, "waiting": 4, "waiting_mean_days": 80.75, "waiting_median_days": 75.5,
		"waiting_p90_days": 137, "waiting_breach": 1, "waiting_breach_share": 0.25, "waiting_postponed": 0, "unassessed": 1, "assessed": 5, "assessed_within_limit": 4,
		"assessed_within_limit_share": 0.8, "granted": 4, "not_granted": 1, "concluded_q1_days": 31, "concluded_q3_days": 85, "waiting_q1_days": 35, "waiting_q3_days": 116,
		"data_errors": 1, "opening": 6, "in": 3, "out": 5, "closing": 4, "unexplained": 0, "km_median_days": 85,
	} {
		if got, state := c.Value(key); state != Shown || math.Abs(got-want) > 1e-12 {
			t.Errorf("%s = %v (%d), want %v", key, got, state, want)
		}
	}
	for _, key := range []string{"helfo_notified", "appointment_share", "guarantee_65_share", "contacts_kept_share", "letters_within_limit_share", "re_referred"} {
		if v, state := c.Value(key); state != NotComputed {
			t.Errorf("%s = %v without its columns", key, v)
		}
	}
	if len(c.Excluded) != 3 || c.Excluded[31] != 1 || c.Excluded[20] != 1 || c.Excluded[12] != 1 {
		t.Errorf("excluded %v", c.Excluded)
	}
}

// Who moves from one unit to another goes out of the one and comes to the other; both add up, and so does their sum.
func TestMovesBetweenUnitsAddUp(t *testing.T) {
	span, _ := ParseSpan("2024-05")
	moved := p("M", "2024-03-01", "2024-03-01", "2024-03-08", 3, "2024-08-24", "", 0)
	moved.Site, moved.Moves = "B", []Move{{On: d("2024-05-10"), Site: "A"}}
	ended := p("E", "2024-03-01", "2024-03-01", "2024-03-08", 3, "2024-08-24", "2024-05-20", 1)
	ended.Site, ended.Moves = "B", []Move{{On: d("2024-04-10"), Site: "C"}, {On: d("2024-05-10"), Site: "A"}}
	later := p("L", "2024-03-01", "2024-03-01", "2024-03-08", 3, "2024-08-24", "", 0)
	later.Site, later.Moves = "B", []Move{{On: d("2024-06-02"), Site: "A"}} // not yet
	r, err := Compute(slices.Values([]*Period{moved, ended, later}), Options{Span: span, By: []string{"site"}})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string][4]int64)
	for _, c := range r.Cells {
		got[c.By[0]] = [4]int64{c.N[nOpening], c.N[nIn], c.N[nOut], c.N[nClosing]}
	}
	if len(got) != 2 || got["A"] != [4]int64{3, 0, 2, 1} || got["B"] != [4]int64{0, 2, 1, 1} {
		t.Errorf("opening, in, out, closing: %v", got)
	}
}
