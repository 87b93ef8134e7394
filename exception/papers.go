package exception

// A Paper is a document of the scheme (domain rules, chapter 10). Each is made from what is recorded and nothing else, and holds the parts PaperParts lists, each under its id.
type Paper string

// The papers people read beside the letters.
const (
	PaperRequest       Paper = "request"       // X-1002: what is asked for before an application can be decided
	PaperMemo          Paper = "memo"          // X-1009: of a group case (saksframlegg)
	PaperSummons       Paper = "summons"       // X-1010
	PaperMinutes       Paper = "minutes"       // X-1011
	PaperDecision      Paper = "decision"      // the decision in a group case
	PaperParticipation Paper = "participation" // X-1013: PR-1 to PR-4
	PaperReminder      Paper = "reminder"      // X-1015: an evaluation is due
	PaperEvaluation    Paper = "evaluation"    // X-1015: what the evaluations came to
)

// Papers lists them.
var Papers = []Paper{PaperRequest, PaperMemo, PaperSummons, PaperMinutes, PaperDecision, PaperParticipation, PaperReminder, PaperEvaluation}

// PaperParts are the ids of the parts a paper must hold. «meta» is its number, date, version and the role that wrote it.
func PaperParts(p Paper) []string {
	own := map[Paper][]string{
		PaperRequest:       {"case", "asked", "clock", "answer"},
		PaperMemo:          {"plain", "case", "criteria", "users", "inputs", "panels", "equal", "single"},
		PaperSummons:       {"when", "agenda", "invited", "conflict", "single"},
		PaperMinutes:       {"when", "stands", "present", "invited", "said"},
		PaperDecision:      {"decision", "case", "users", "single"},
		PaperParticipation: {"pr-1", "pr-1-share", "pr-2", "pr-3", "pr-4", "how"},
		PaperReminder:      {"case", "due", "stop", "record"},
		PaperEvaluation:    {"case", "results", "stop", "next"},
	}
	return append([]string{"meta"}, own[p]...)
}
