package ledger

import (
	"fmt"
	"strings"
)

// The columns of each table, in the order in which args gives them and scan reads them.
const (
	recordColumns = "tenant, pos, referral, seq, kind, on_day, at, known, role, actor, place, key, body, digest"
	rowColumns    = "tenant, referral, seq, patient, provider, site, unit, specialty, kind, status, right_to, condition, " +
		"list_provider, list_site, seniority, received, assess_by, assessed_on, start_by, wait_end, appt_from, appt_to, appt_minute, " +
		"waiting, is_open, breach_expected, breach_on, urgency, flags, next_name, next_due, next_role, state"
	lineColumns   = "tenant, referral, seq, patient, condition, seniority, received, assess_by, start_by, appt_from, appt_minute, urgency, next_due, state"
	personColumns = "tenant, id, ident, ident_kind, local_id, given, family, sex, municipality, language, born, phone, address, " +
		"postcode, city, more, erased"
	nameColumns = "tenant, id, given, family, born, erased"
	dutyColumns = "referral, name, opens, due, role, place, unit"
)

var (
	upsertRow    = upsert("referral", rowColumns, 2, "")
	erasePerson  = replace("person", personColumns+", sort_key, by_family, by_given", 2) + " AND erased = 0"
	upsertPerson = upsert("person", personColumns+", sort_key, by_family, by_given", 2, " WHERE person.erased = 0")
)

// upsert writes INSERT … ON CONFLICT … DO UPDATE for a table whose first keys columns are its primary key.
func upsert(table, columns string, keys int, where string) string {
	names := strings.Split(columns, ", ")
	marks, sets := make([]string, len(names)), make([]string, 0, len(names))
	for i, name := range names {
		marks[i] = fmt.Sprintf("$%d", i+1)
		if i >= keys {
			sets = append(sets, name+" = excluded."+name)
		}
	}
	return "INSERT INTO " + table + " (" + columns + ") VALUES (" + strings.Join(marks, ", ") + ") ON CONFLICT (" +
		strings.Join(names[:keys], ", ") + ") DO UPDATE SET " + strings.Join(sets, ", ") + where
}

// replace writes UPDATE … WHERE for a table whose first keys columns are its primary key. The arguments are the other
// columns and then the keys: SQLite counts parameters in the order in which they are met, whatever their numbers.
func replace(table, columns string, keys int) string {
	names := strings.Split(columns, ", ")
	var sets, wheres []string
	for i, name := range names[keys:] {
		sets = append(sets, fmt.Sprintf("%s = $%d", name, i+1))
	}
	for i, name := range names[:keys] {
		wheres = append(wheres, fmt.Sprintf("%s = $%d", name, len(sets)+i+1))
	}
	return "UPDATE " + table + " SET " + strings.Join(sets, ", ") + " WHERE " + strings.Join(wheres, " AND ")
}

// prefixed writes columns as those of one table among several.
func prefixed(alias, columns string) string {
	return alias + "." + strings.ReplaceAll(columns, ", ", ", "+alias+".")
}

func (r *Record) args(part int) []any {
	return []any{r.Tenant, r.Pos, r.Referral, int64(r.Seq), r.Kind, dayArg(r.On), r.At, dayArg(r.Known), r.Role, r.Actor, r.Place,
		r.Key, blobArg(r.Body), r.Digest[:], int64(part)}
}

func scanRecord(r *row) Record {
	return Record{Tenant: r.string(), Pos: r.int64(), Referral: r.int64(), Seq: int(r.int64()), Kind: r.string(), On: r.day(),
		At: r.int64(), Known: r.day(), Role: r.string(), Actor: r.string(), Place: r.string(), Key: r.string(), Body: r.blob(),
		Digest: r.digest()}
}

func (r *Row) args() []any {
	return []any{r.Tenant, r.Referral, int64(r.Seq), r.Patient, r.Provider, r.Site, r.Unit, r.Specialty, r.Kind, r.Status, r.Right,
		r.Condition, r.ListProvider, r.ListSite, dayArg(r.Seniority), dayArg(r.Received), dayArg(r.AssessBy), dayArg(r.AssessedOn),
		dayArg(r.StartBy), dayArg(r.WaitEnd), dayArg(r.ApptFrom), dayArg(r.ApptTo), int64(r.ApptMinute), boolArg(r.Waiting),
		boolArg(r.Open), boolArg(r.BreachExpected), dayArg(r.BreachOn), int64(r.Urgency), r.Flags, r.NextName, dayArg(r.NextDue),
		r.NextRole, blobArg(r.State)}
}

func scanRow(r *row) Row {
	return Row{Tenant: r.string(), Referral: r.int64(), Seq: int(r.int64()), Patient: r.string(), Provider: r.string(),
		Site: r.string(), Unit: r.string(), Specialty: r.string(), Kind: r.string(), Status: r.string(), Right: r.string(),
		Condition: r.string(), ListProvider: r.string(), ListSite: r.string(), Seniority: r.day(), Received: r.day(),
		AssessBy: r.day(), AssessedOn: r.day(), StartBy: r.day(), WaitEnd: r.day(), ApptFrom: r.day(), ApptTo: r.day(),
		ApptMinute: int16(r.int64()), Waiting: r.bool(), Open: r.bool(), BreachExpected: r.bool(), BreachOn: r.day(),
		Urgency: int(r.int64()), Flags: r.string(), NextName: r.string(), NextDue: r.day(), NextRole: r.string(), State: r.blob()}
}

// scanLine reads lineColumns.
func scanLine(r *row) Row {
	return Row{Tenant: r.string(), Referral: r.int64(), Seq: int(r.int64()), Patient: r.string(), Condition: r.string(), Seniority: r.day(), Received: r.day(),
		AssessBy: r.day(), StartBy: r.day(), ApptFrom: r.day(), ApptMinute: int16(r.int64()), Urgency: int(r.int64()), NextDue: r.day(), State: r.blob()}
}

// scanDuty reads dutyColumns: the referral, and the duty.
func scanDuty(r *row) (int64, Duty) {
	return r.int64(), Duty{Name: r.string(), Opens: r.day(), Due: r.day(), Role: r.string(), Place: r.string(), Unit: r.string()}
}
