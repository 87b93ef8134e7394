package law

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Where a norm stands, as people look it up. The numbers of norms (G9.2-7, U4-6, R-4.24, X-701) are the house's own: they lead from the code to its tests and to
// docs/law.md, and stand in no book a reader could open.

// ruleStands are the sources of the house's own rules (R-…): a provision, a chapter of the guide, a code list, or the registry's description of its file. A rule
// that is missing here is a reading of ours where the sources are silent.
var ruleStands = map[string]string{
	"R-1.6": "guide 3.3.2, 5.3", "R-1.7": "guide 3", "R-1.9": "guide 6", "R-1.10": "guide 6.4", "R-1.14": "guide 3.1", "R-1.16": "guide 3.1", "R-1.22": "guide 3.2", "R-1.23": "guide 3.2", "R-1.24": "guide 3.2", "R-1.25": "guide 3.2",
	"R-1.29": "guide 3.2", "R-1.30": "guide 3.2, 4.3", "R-1.31": "guide 3.3.1", "R-1.36": registryFile, "R-1.37": registryFile, "R-1.39": "guide 4.1, 4.2",
	"R-2.11": "pbrl. § 2-2 a; guide 4.1, 8.1", "R-2.12": "guide 4.1, 8.1", "R-2.13": "guide 4.1", "R-2.15": "guide 8", "R-2.17": "pbrl. § 2-3", "R-2.18": "Prop. 118 L (2012–2013)", "R-2.19": "prif. § 4 a; guide 5.4",
	"R-2.20": directorate, "R-2.21": "prif. § 4 a", "R-2.22": "prif. § 4 a", "R-2.23": "prif. § 4 a", "R-2.24": "prif. § 4 a", "R-2.25": "guide 5.4", "R-2.26": "prif. § 4 a", "R-2.31": "pbrl. § 7-5",
	"R-3.16": "guide 2", "R-3.17": "guide 2", "R-3.21": "code list 9148",
	"R-4.9": "guide 5.3, 9.1", "R-4.10": "guide 5.3", "R-4.13": "guide 5.5", "R-4.14": "guide 5.5, 9.2", "R-4.15": "guide 5.5", "R-4.16": "guide 5.5", "R-4.17": "guide 5.5", "R-4.18": "guide 5.5", "R-4.19": "guide 5.5", "R-4.21": "guide 5.5",
	"R-4.22": "guide 5.3, 8.1", "R-4.23": "guide 2, 8.1", "R-4.24": "guide 2, 5.3, 10.2", "R-4.25": "guide 8.1",
	"R-5.1": "guide 8", "R-5.2": "guide 8.1", "R-5.4": "guide 8.2", "R-5.5": "guide 8.1, 8.2", "R-5.11": "pbrl. §§ 3-4, 4-3, 4-4", "R-5.12": "pbrl. § 7-2", "R-5.13": "pbrl. § 7-2", "R-5.14": "pbrl. § 7-5", "R-5.15": "pbrl. § 7-5; fvl. § 31", "R-5.19": "pbrl. § 2-3",
	"R-6.1": "code list 8446", "R-6.3": "circular IS-2331", "R-6.4": "guide 9.2", "R-6.5": "guide 9.2", "R-6.6": "guide 9.2", "R-6.7": "guide 9.2", "R-6.14": "pbrl. § 2-4",
	"R-7.1": "guide 9.2", "R-7.6": helfoPages, "R-7.7": helfoPages, "R-7.8": "guide 9.2", "R-7.10": registryFile, "R-7.15": directorate,
	"R-8.1": "code list 8445", "R-8.2": registryFile, "R-8.3": "guide 5.5", "R-8.4": registryFile, "R-8.13": "circular IS-2331",
	"R-10.3": registryFile, "R-10.4": registryFile, "R-10.6": registryFile, "R-10.7": registryFile, "R-10.8": registryFile, "R-10.9": registryFile, "R-10.10": registryFile, "R-10.11": registryFile, "R-10.12": registryFile,
	"R-10.15": directorate, "R-10.16": directorate, "R-10.17": directorate, "R-10.18": directorate, "R-10.19": directorate, "R-10.20": "guide 8.1", "R-10.21": directorate, "R-10.29": "guide 8", "R-11.1": "guide 10, 10.2",
}

const (
	registryFile = "the registry's waiting-list file"
	directorate  = "the Directorate of Health's statistics"
	helfoPages   = "Helfo on breached deadlines"
)

// Where tells where norms stand: «guide 2, 5.3; pbrl. § 7-5». Chapters of the guide are gathered and in order; what stands nowhere but here is left out, and
// "" is the answer when that is all.
func Where(norms []string) string {
	chapters := make(map[string]bool)
	var others []string
	for _, n := range norms {
		for _, x := range strings.Split(stands(n), "; ") {
			if list, ok := strings.CutPrefix(x, "guide "); ok {
				for _, c := range strings.Split(list, ", ") {
					chapters[c] = true
				}
			} else if x != "" && !slices.Contains(others, x) {
				others = append(others, x)
			}
		}
	}
	if len(chapters) > 0 {
		others = append(others, "guide "+strings.Join(slices.SortedFunc(maps.Keys(chapters), byChapter), ", "))
	}
	return strings.Join(others, "; ")
}

// stands is where one norm stands.
func stands(norm string) string {
	head, _, _ := strings.Cut(norm, "-")
	switch {
	case strings.HasPrefix(norm, "R-"):
		return ruleStands[norm]
	case strings.HasPrefix(head, "G"):
		return "guide " + head[1:]
	case strings.HasPrefix(head, "U"):
		return "User panel statement, point " + head[1:]
	}
	return ""
}

// byChapter puts 9.2 before 10, and 3.3 before 3.3.1.
func byChapter(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	return slices.CompareFunc(x, y, func(s, t string) int {
		m, _ := strconv.Atoi(s)
		n, _ := strconv.Atoi(t)
		return m - n
	})
}
