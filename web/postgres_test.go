package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"testing"
)

// journeys are what is done from start to end in a browser. Each is its own test on SQLite, and is walked once more on PostgreSQL.
var journeys = map[string]func(*testing.T){
	"TestJourneyByMouse":               TestJourneyByMouse,
	"TestJourneyByKeyboard":            TestJourneyByKeyboard,
	"TestActJourneyByKeyboard":         TestActJourneyByKeyboard,
	"TestAdminByKeyboard":              TestAdminByKeyboard,
	"TestAssessByKeyboard":             TestAssessByKeyboard,
	"TestExceptionByKeyboard":          TestExceptionByKeyboard,
	"TestExceptionByMouse":             TestExceptionByMouse,
	"TestIntakeByKeyboard":             TestIntakeByKeyboard,
	"TestPatientJourneyByKeyboard":     TestPatientJourneyByKeyboard,
	"TestReferrerJourneyByKeyboard":    TestReferrerJourneyByKeyboard,
	"TestReferByKeyboard":              TestReferByKeyboard,
	"TestReferByMouse":                 TestReferByMouse,
	"TestManagerByKeyboard":            TestManagerByKeyboard,
	"TestRegistryByKeyboard":           TestRegistryByKeyboard,
	"TestTwoPeopleByMouse":             TestTwoPeopleByMouse,
	"TestListChangesInPlaceByKeyboard": TestListChangesInPlaceByKeyboard,
	"TestBookingByKeyboard":            TestBookingByKeyboard,
	"TestBookingByMouse":               TestBookingByMouse,
	"TestWaitingListByKeyboard":        TestWaitingListByKeyboard,
	"TestWaitingListByMouse":           TestWaitingListByMouse,
	"TestDangerByKeyboard":             TestDangerByKeyboard,
	"TestDangerByMouse":                TestDangerByMouse,
	"TestAfterTheStartByKeyboard":      TestAfterTheStartByKeyboard,
	"TestAfterTheStartByMouse":         TestAfterTheStartByMouse,
	"TestGroupByKeyboard":              TestGroupByKeyboard,
	"TestLetterOfficeByKeyboard":       TestLetterOfficeByKeyboard,
	"TestPatientsPagesByKeyboard":      TestPatientsPagesByKeyboard,
	"TestAdministratorsDayByKeyboard":  TestAdministratorsDayByKeyboard,
	"TestManagersFileByKeyboard":       TestManagersFileByKeyboard,
	"TestDoorsByKeyboard":              TestDoorsByKeyboard,
	"TestMethodFileByKeyboard":         TestMethodFileByKeyboard,
	"TestSentOnByKeyboard":             TestSentOnByKeyboard,
	"TestRefusalToTheEndByKeyboard":    TestRefusalToTheEndByKeyboard,
	"TestDeletionByKeyboard":           TestDeletionByKeyboard,
	"TestPracticeReviewByKeyboard":     TestPracticeReviewByKeyboard,
	"TestWithoutScriptByMouse":         TestWithoutScriptByMouse,
}

// onPostgres is the test under which newSeed opens a PostgreSQL ledger.
const onPostgres = "TestJourneysOnPostgres/"

func TestJourneysOnPostgres(t *testing.T) {
	for name, journey := range journeys {
		t.Run(strings.TrimPrefix(name, "Test"), journey)
	}
}

// No journey by keyboard or mouse is left out on PostgreSQL.
func TestEveryJourneyIsWalkedOnBoth(t *testing.T) {
	parsed, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool { return strings.HasSuffix(f.Name(), "_test.go") }, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range parsed["web"].Files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(fn.Name.Name, "Test") || !strings.HasSuffix(fn.Name.Name, "ByKeyboard") && !strings.HasSuffix(fn.Name.Name, "ByMouse") {
				continue
			}
			if journeys[fn.Name.Name] == nil {
				t.Errorf("%s is not walked on PostgreSQL: add it to journeys", fn.Name.Name)
			}
		}
	}
}
