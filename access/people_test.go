package access

import (
	"strings"
	"testing"

	"rettid/clinic"
	"rettid/day"
)

// The demonstration has somebody in every role that is not a patient's, at places that exist, and nothing that is anybody's.
func TestDemoPeople(t *testing.T) {
	p := DemoPeople()
	if err := p.Check(clinic.Demo()); err != nil {
		t.Error(err)
	}
	have, names := make(map[Role]int), make(map[string]bool)
	for _, u := range p.All() {
		if names[u.Name] {
			t.Errorf("two are named as %s", u.ID)
		}
		names[u.Name] = true
		for _, g := range u.Roles {
			have[g.Role]++
			if !g.InForce(today) {
				t.Errorf("%s as %s is not in force", u.ID, g.Role)
			}
		}
		if strings.Contains(u.ID, strings.ToLower(strings.Fields(u.Name)[0])) {
			t.Errorf("the id %s tells the name, and goes into logs", u.ID)
		}
	}
	for _, r := range Roles() {
		if have[r] == 0 && r != Patient && r != Representative {
			t.Errorf("nobody is %s", r)
		}
	}
	for n := range p.list().byHPR { // a referrer is known by a number, which must be nobody's
		if len(n) != 9 || !strings.HasPrefix(n, "9900") {
			t.Error("a made-up person has a number that could be somebody's")
		}
	}
	if len(p.list().byPid) > 0 {
		t.Error("the made-up people have identity numbers")
	}
	dag, ok := p.ByID("u1001")
	if !ok || dag.Name != "Dag Dummy" || !dag.Has(Booking, today) || !Decide(dag, Book, places[0].c, today).Allowed {
		t.Errorf("u1001 is %v", dag)
	}
}

const head = columns + "\n"

func TestReadPeople(t *testing.T) {
	digest := PidDigest([]byte("key"), "13816900284")
	p, err := ReadPeople(strings.NewReader("\ufeff" + strings.ReplaceAll(head, ",", ";") +
		"u1;Prøve Testesen;booking;FJO;FJO-01;;;;nn;1234567;" + digest + ";2025-01-01;2025-12-31\n" +
		"u2;Siv Skissesen;representative;;;;FJO;p7;;;;;\n" +
		"u1;;assessor;INN;;urology;;;;;;;\n"))
	if err != nil {
		t.Fatal(err)
	}
	u, ok := p.ByHPR("1234567")
	if !ok || u.ID != "u1" || u.Name != "Prøve Testesen" || u.Language != "nn" || len(u.Roles) != 2 {
		t.Fatalf("by HPR number: %v with %d grants", u, len(u.Roles))
	}
	if want := (Grant{Role: Booking, Provider: "FJO", Unit: "FJO-01", In: day.Period{From: day.On(2025, 1, 1), To: day.On(2025, 12, 31)}}); u.Roles[0] != want {
		t.Errorf("grant %+v", u.Roles[0])
	}
	if want := (Grant{Role: Assessor, Provider: "INN", Specialty: "urology"}); u.Roles[1] != want {
		t.Errorf("grant %+v", u.Roles[1])
	}
	if u, ok := p.ByPid(digest); !ok || u.ID != "u1" {
		t.Error("not found by the digest")
	}
	if u, ok := p.ByID("u2"); !ok || u.Roles[0].Patient != (PatientID{"FJO", "p7"}) {
		t.Error("not found by id")
	}
	for _, k := range []string{"", "7654321"} {
		if _, ok := p.ByHPR(k); ok {
			t.Errorf("somebody has the HPR number %q", k)
		}
		if _, ok := p.ByPid(k); ok {
			t.Errorf("somebody has the digest %q", k)
		}
	}
	if PidDigest([]byte("another"), "13816900284") == digest || strings.Contains(digest, "13816900284") {
		t.Error("the digest does not rest on the key")
	}
}

func TestReadPeopleRefuses(t *testing.T) {
	digest := PidDigest([]byte("key"), "13816900284")
	tests := []struct{ name, file, want string }{
		{"empty", "", "first line"},
		{"no columns", "id,name\n", "columns"},
		{"a column too many", columns + ",salary\n", "column 14"},
		{"a column twice", "id," + columns + "\n", "column 2"},
		{"not UTF-8", head + "u1,Pr\xf8ve,booking,FJO,,,,,,,,,\n", "UTF-8"},
		{"short line", head + "u1,Prøve\n", "line 2"},
		{"no id", head + ",Prøve Testesen,booking,FJO,,,,,,,,,\n", "line 2: id"},
		{"an id with a blank", head + "u 1,Prøve Testesen,booking,FJO,,,,,,,,,\n", "id"},
		{"no name", head + "u1,,booking,FJO,,,,,,,,,\n", "name"},
		{"role", head + "u1,Prøve Testesen,director,FJO,,,,,,,,,\n", "role"},
		{"no provider", head + "u1,Prøve Testesen,booking,,,,,,,,,,\n", "provider"},
		{"auditor of nothing", head + "u1,Prøve Testesen,auditor,,,,,,,,,,\n", "provider"},
		{"booker everywhere", head + "u1,Prøve Testesen,booking,*,,,,,,,,,\n", "every provider"},
		{"administrator somewhere", head + "u1,Prøve Testesen,administrator,FJO,,,,,,,,,\n", "provider"},
		{"referrer with a unit", head + "u1,Prøve Testesen,referrer,GP01,X,,,,,,,,\n", "unit"},
		{"patient without an id", head + "u1,Prøve Testesen,patient,,,,FJO,,,,,,\n", "patient"},
		{"patient of a booker", head + "u1,Prøve Testesen,booking,FJO,,,FJO,p1,,,,,\n", "patient"},
		{"date", head + "u1,Prøve Testesen,booking,FJO,,,,,,,,2025-02-30,\n", "from"},
		{"period", head + "u1,Prøve Testesen,booking,FJO,,,,,,,,2025-02-02,2025-02-01\n", "before from"},
		{"language", head + "u1,Prøve Testesen,booking,FJO,,,,,se,,,,\n", "language"},
		{"HPR number", head + "u1,Prøve Testesen,booking,FJO,,,,,,12a,,,\n", "hpr"},
		{"a number for a digest", head + "u1,Prøve Testesen,booking,FJO,,,,,,,13816900284,,\n", "pid_digest"},
		{"two names", head + "u1,Prøve Testesen,booking,FJO,,,,,,,,,\nu1,Dag Dummy,booking,INN,,,,,,,,,\n", "line 3: name"},
		{"two languages", head + "u1,Prøve Testesen,booking,FJO,,,,,nb,,,,\nu1,,booking,INN,,,,,nn,,,,\n", "line 3: language"},
		{"one number for two", head + "u1,Prøve Testesen,booking,FJO,,,,,,1234567,,,\nu2,Dag Dummy,booking,INN,,,,,,1234567,,,\n", "another person"},
		{"two numbers for one", head + "u1,Prøve Testesen,booking,FJO,,,,,,1234567,,,\nu1,,booking,INN,,,,,,7654321,,,\n", "first line"},
		{"one digest for two", head + "u1,Prøve Testesen,booking,FJO,,,,,,," + digest + ",,\nu2,Dag Dummy,booking,INN,,,,,,," + digest + ",,\n", "another person"},
	}
	for _, tt := range tests {
		_, err := ReadPeople(strings.NewReader(tt.file))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
			continue
		}
		for _, secret := range []string{"Testesen", "Dummy", "13816900284", "1234567"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error tells %s", tt.name, secret)
			}
		}
	}
}

func TestPeopleElsewhere(t *testing.T) {
	for line, want := range map[string]string{
		"u1,Prøve Testesen,booking,XXX,,,,,,,,,\n": `provider "XXX"`, "u1,Prøve Testesen,booking,FJO,INN-01,,,,,,,,\n": `unit "INN-01"`, "u1,Prøve Testesen,referrer,FJO,,,,,,,,,\n": `referrer "FJO"`,
	} {
		p, err := ReadPeople(strings.NewReader(head + line))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Check(clinic.Demo()); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "u1") {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// Whatever the file holds, everybody who comes out of it has an id, a name and only sound grants.
func FuzzReadPeople(f *testing.F) {
	f.Add(head + "u1,Prøve Testesen,booking,FJO,FJO-01,,,,nn,1234567,,2025-01-01,\n")
	f.Add(strings.ReplaceAll(head, ",", ";") + "u2;Siv Skissesen;representative;;;;FJO;p7;;;;;\n")
	f.Add(head + "u1,\"Prøve\nTestesen\",manager,*,,,,,,,,,\nu1,,patient,,,,FJO,p1,,,,,\n")
	f.Add(strings.ReplaceAll(head, ",", ";") + "u1\"")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ReadPeople(strings.NewReader(s))
		if (p == nil) == (err == nil) {
			t.Fatal("neither people nor error, or both")
		}
		if err != nil {
			return
		}
		for _, u := range p.All() {
			if u.ID == "" || u.Name == "" || len(u.Roles) == 0 {
				t.Fatalf("%v has no id, no name or no grant", u)
			}
			for _, g := range u.Roles {
				if err := g.sound(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
