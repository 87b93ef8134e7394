package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rettid/access"
	"rettid/clinic"
	"rettid/day"
	"rettid/desk"
	"rettid/guide"
	"rettid/internal/testpg"
	"rettid/law"
	"rettid/ledger"
)

// Two server processes on one database: what an administrator changes at one holds at the other before long, without a restart.
func TestTwoServersOneDatabase(t *testing.T) {
	for name, where := range map[string]func(testing.TB) string{
		"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "two.db") },
		"postgres": testpg.URL,
	} {
		t.Run(name, func(t *testing.T) {
			database := where(t)
			server := func() (*httptest.Server, *desk.Desk, func()) {
				l, err := ledger.Open(context.Background(), database)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { l.Close() })
				d := desk.New(l, clinic.Demo(), guide.Embedded(), law.Default())
				d.Now = func() time.Time { return time.Date(2025, 4, 23, 10, 42, 0, 0, oslo) }
				people, err := access.ReadPeople(strings.NewReader(everyone))
				if err != nil {
					t.Fatal(err)
				}
				srv := httptest.NewUnstartedServer(nil)
				gone := time.Now()
				h, s, err := newGatedSite(d, Options{Demo: true, Log: slog.New(slog.DiscardHandler)}, access.GateOptions{People: people, Demo: true, Listener: srv.Listener.Addr()})
				if err != nil {
					t.Fatal(err)
				}
				s.fresh.now = func() time.Time { return gone }
				srv.Config.Handler = h
				srv.Start()
				t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
				return srv, d, func() { gone = gone.Add(freshFor) }
			}
			one, _, _ := server()
			other, d, later := server()

			admin, there := be(t, one, "admin"), be(t, other, "admin")
			there.get("/admin") // it has looked just now
			if res, body := admin.save("/admin/folk/ny", "navn", "Nina Nyskapt", "r0.rolle", "booking", "r0.sted", "FJO", "r0.enhet", "FJO-01"); res.StatusCode != http.StatusSeeOther {
				t.Fatalf("adding: %d: %s", res.StatusCode, text(body))
			}
			if res, body := admin.save("/admin/innstillinger/complaint.days", "verdi", "35", "fra", "01.06.2025"); res.StatusCode != http.StatusSeeOther {
				t.Fatalf("a setting: %d: %s", res.StatusCode, text(body))
			}
			if res, body := admin.save("/admin/lukkede-dager/ny", "dag", "19.06.2025", "navn", "Flyttedag"); res.StatusCode != http.StatusSeeOther {
				t.Fatalf("a closed day: %d: %s", res.StatusCode, text(body))
			}
			if res, body := admin.save("/admin/enheter/FJO.FJO-01", "navn", "Ortopedi, nytt navn"); res.StatusCode != http.StatusSeeOther {
				t.Fatalf("a unit: %d: %s", res.StatusCode, text(body))
			}
			if res, body := admin.save("/admin/brevopplysninger/letter.helfo_phone", "verdi", "00 00 00 77", "fra", "24.04.2025"); res.StatusCode != http.StatusSeeOther {
				t.Fatalf("words of letters: %d: %s", res.StatusCode, text(body))
			}
			later()
			june := day.On(2025, 6, 19)
			if _, body := there.get("/admin/folk"); !strings.Contains(body, "Nina Nyskapt") {
				t.Error("the other does not show the new one")
			}
			if res, _ := visit(t, other).post("/inn", url.Values{"hvem": {"u1001"}}); res.StatusCode != http.StatusSeeOther {
				t.Errorf("the other does not let the new one in: %d", res.StatusCode)
			}
			if n := d.Law(june).ComplaintDays; n != 35 {
				t.Errorf("a complaint may come within %d days at the other", n)
			}
			if d.Law(june).Calendar.IsWorking(june) {
				t.Error("the closed day is a working day at the other")
			}
			p, _ := d.InForce().Org.Provider("FJO")
			named := ""
			for _, u := range p.Units {
				if u.ID == "FJO-01" {
					named = u.Name
				}
			}
			if named != "Ortopedi, nytt navn" {
				t.Errorf("the unit is %q at the other", named)
			}
			if _, body := there.get("/admin/brevopplysninger"); !strings.Contains(body, "00 00 00 77") {
				t.Error("the other does not know the telephone of letters")
			}
		})
	}
}
