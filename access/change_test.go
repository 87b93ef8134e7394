package access

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMayChange(t *testing.T) {
	me := Member{User: User{ID: "u1", Name: "Asta Adminsen", HPR: "1234567", Roles: []Grant{{Role: Administrator}}}}
	change := func(f func(*Member)) Member {
		m := me
		m.Roles = append([]Grant{}, me.Roles...)
		f(&m)
		return m
	}
	other := Member{User: User{ID: "u2", Name: "Dag Dummy", Roles: []Grant{{Role: Booking, Provider: "FJO"}}}}
	for _, tt := range []struct {
		name   string
		before *Member
		after  Member
		why    string
	}{
		{"another", &other, other, ""},
		{"a new one", nil, other, ""},
		{"own name", &me, change(func(m *Member) { m.Name = "Asta Annet" }), ""},
		{"one more role", &me, change(func(m *Member) { m.Roles = append(m.Roles, Grant{Role: Assessor, Provider: "FJO"}) }), "own_rights"},
		{"a longer one", &me, change(func(m *Member) { m.Roles[0].In.To = today }), "own_rights"},
		{"none", &me, change(func(m *Member) { m.Roles = nil }), "own_rights"},
		{"own number", &me, change(func(m *Member) { m.HPR = "7654321" }), "own_numbers"},
		{"own digest", &me, change(func(m *Member) { m.PidDigest = strings.Repeat("a", 64) }), "own_numbers"},
		{"oneself under another id", &me, change(func(m *Member) { m.ID = "u9" }), "own_numbers"},
		{"oneself anew", nil, me, "own_numbers"},
	} {
		if got := MayChange(me.User, tt.before, tt.after); got != tt.why {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.why)
		}
	}
}

func TestNewPeople(t *testing.T) {
	one := Member{User: User{ID: "u1", Name: "Dag Dummy", Language: "nb", Roles: []Grant{{Role: Booking, Provider: "FJO"}, {Role: Manager, Provider: "FJO"}}, HPR: "1234567"}}
	p, err := NewPeople([]Member{one, {User: User{ID: "u2", Name: "Siv Skissesen", Roles: []Grant{{Role: Administrator}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if u, ok := p.ByHPR("1234567"); !ok || len(u.Roles) != 2 || p.Members()[0].HPR != "1234567" {
		t.Errorf("by HPR number: %v", u)
	}
	for name, bad := range map[string][]Member{
		"no name":      {{User: User{ID: "u1", Roles: one.Roles}}},
		"no role":      {{User: User{ID: "u1", Name: "x"}}},
		"no place":     {{User: User{ID: "u1", Name: "x", Roles: []Grant{{Role: Booking}}}}},
		"twice":        {one, one},
		"one number":   {one, {User: User{ID: "u3", Name: "y", Roles: one.Roles, HPR: "1234567"}}},
		"no number":    {{User: User{ID: "u1", Name: "x", Roles: one.Roles, HPR: "12"}}},
		"bad language": {{User: User{ID: "u1", Name: "x", Language: "de", Roles: one.Roles}}},
	} {
		if _, err := NewPeople(bad); err == nil {
			t.Errorf("%s is taken", name)
		} else if strings.Contains(err.Error(), "1234567") || strings.Contains(err.Error(), "Dag") {
			t.Errorf("%s: the error tells of somebody: %v", name, err)
		}
	}
	next, err := NewPeople([]Member{{User: User{ID: "u3", Name: "Eva Eksempelsen", Roles: one.Roles}}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Replace(next); len(p.All()) != 1 {
		t.Errorf("replaced: %d people", len(p.All()))
	}
	if _, ok := p.ByID("u1"); ok {
		t.Error("one who is no more is found")
	}
	if _, ok := (*People)(nil).ByID("u1"); ok || len((*People)(nil).All()) != 0 {
		t.Error("nobody's list has somebody")
	}
}

// Sessions are told without what lets somebody in, ended one by one, and get new grants while they live.
func TestSessionList(t *testing.T) {
	s := NewSessions(SessionOptions{Loopback: true})
	in := func(id string) *http.Request {
		w := httptest.NewRecorder()
		if err := s.SignIn(w, httptest.NewRequest("GET", "/", nil), User{ID: id}); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.AddCookie(w.Result().Cookies()[0])
		return r
	}
	a, b := in("u1"), in("u2")
	list := s.ListFor(a)
	if len(list) != 2 || list[0].Own == list[1].Own {
		t.Fatalf("%+v", list)
	}
	secret, _ := a.Cookie("rettid")
	for _, x := range list {
		if strings.Contains(secret.Value, x.ID) || x.Own != (x.User == "u1") {
			t.Errorf("%+v", x)
		}
	}
	seen := func(r *http.Request) (u User, ok bool) {
		s.With(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { u, ok = Of(r.Context()) })).ServeHTTP(httptest.NewRecorder(), r)
		return u, ok
	}
	s.Renew(User{ID: "u2", Roles: []Grant{{Role: Auditor, Provider: "FJO"}}})
	if u, _ := seen(b); !u.Has(Auditor, today) {
		t.Error("the new grant is not there")
	}
	if u, _ := seen(a); u.Has(Auditor, today) {
		t.Error("another got it too")
	}
	for _, x := range list {
		if x.User == "u2" {
			if who, ok := s.EndOne(x.ID); !ok || who != "u2" {
				t.Errorf("ended %q", who)
			}
		}
	}
	if _, ok := seen(b); ok {
		t.Error("an ended session lives")
	}
	if _, ok := s.EndOne("nobody"); ok || len(s.List()) != 1 {
		t.Error("what is not there was ended")
	}
}
