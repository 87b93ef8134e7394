package ledger

import "testing"

func TestLooksOfATenant(t *testing.T) {
	onEach(t, func(t *testing.T, l *Ledger) {
		ctx := t.Context()
		for at, a := range []Access{{Patient: "p1", Actor: "u1", Purpose: "booking", Place: "A"}, {Patient: "p2", Actor: "u1", Purpose: "emergency", Place: "A"}, {Patient: "p1", Actor: "u2", Purpose: "complaint", Place: "B"}, {Patient: "p3", Actor: "u2", Purpose: "booking", Place: "B"}} {
			a.Tenant, a.At, a.Referral = "hf", int64(at+1), int64(at+10)
			if err := l.Saw(ctx, a); err != nil {
				t.Fatal(err)
			}
			a.Tenant = "other"
			if err := l.Saw(ctx, a); err != nil {
				t.Fatal(err)
			}
		}
		for name, tt := range map[string]struct {
			q    LookQuery
			want []int64
		}{
			"all":      {LookQuery{}, []int64{13, 12, 11, 10}},
			"period":   {LookQuery{From: 2, To: 4}, []int64{12, 11}},
			"actor":    {LookQuery{Actor: "u1"}, []int64{11, 10}},
			"patient":  {LookQuery{Patient: "p1"}, []int64{12, 10}},
			"place":    {LookQuery{Place: "B"}, []int64{13, 12}},
			"purposes": {LookQuery{Purposes: []string{"emergency", "complaint"}}, []int64{12, 11}},
			"limit":    {LookQuery{Limit: 1}, []int64{13}},
		} {
			tt.q.Tenant = "hf"
			got, err := l.Looks(ctx, tt.q)
			if err != nil || len(got) != len(tt.want) {
				t.Errorf("%s: %d looks, %v", name, len(got), err)
				continue
			}
			for i := range got {
				if got[i].Referral != tt.want[i] || got[i].Tenant != "hf" {
					t.Errorf("%s: %+v", name, got[i])
				}
			}
		}
	})
}
