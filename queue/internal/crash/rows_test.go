package crash

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A shown row of the fault matrix is played by tests of these folders; of one that
// is not shown yet, a note says why.
type shown struct {
	row   string
	tests []string // folder: name
	note  string
}

var rows = []shown{
	{"fm-097", []string{"txn: TestHandlerCommitsByStatus", "txn: TestHandlerPanicRollsBackAndGoesOn",
		"queue/sqlite: TestSenderIsKilled", "queue/sqlite: TestSurvivesARandomLoad"}, ""}, // which both refuse one commit in ten
	{"fm-098", nil, "documented in queue/sqlite: mail and data are one fact only where one transaction holds both"},
	{"fm-099", []string{"queue: TestCommitWhoseAnswerWasLostIsQueuedOnce"}, "PostgreSQL's for a connection that is lost"},
	{"fm-100", []string{"queue/sqlite: TestSurvivesPowerLoss"}, ""},
	{"fm-101", nil, "PostgreSQL's"},
	{"fm-102", []string{"queue/sqlite: TestSurvivesFailingCalls"}, "PostgreSQL's for its server, which stops"},
	{"fm-103", []string{"queue/sqlite: TestDiskIsFull", "queue/sqlite: TestSurvivesFailingCalls"}, ""},
	{"fm-104", []string{"queue/sqlite: TestDiskIsFull", "queue: TestSenderKeepsWhatItCannotRecordAndClaimsNoMore"}, ""},
	{"fm-105", []string{"queue/sqlite: TestAnotherProcessWrites", "queue: TestMailerWithAStoreThatFailsWaitsForTheTick"}, ""},
	{"fm-106", []string{"queue/sqlite: TestProcessesShareTheWork", "queue/sqlite: TestProcessesClaimEachMailOnce", "queue/sqlite: TestStore"}, ""},
	{"fm-107", []string{"queue/sqlite: TestSenderIsStopped", "queue: TestSenderThatLosesItsLeaseChangesNothing"}, ""},
	{"fm-108", nil, "PostgreSQL's: an SQLite file is of one machine, which has one clock"},
	{"fm-109", []string{"queue/sqlite: TestRowsThatCannotBeDecoded", "queue: TestOneBadMailDelaysNobody"}, ""},
	{"fm-110", []string{"queue: TestHostThatPanicsIsContained", "queue: TestVerdictsOfAHostThatBreaksItsContract"}, ""},
	{"fm-111", []string{"queue: TestCloseFinishesWhatIsInFlightAndBeginsNothing", "queue: TestCloseThatWaitsNoLongerLeavesTheMailToAnother"}, ""},
	{"fm-112", []string{"queue: TestMailerWithAStoreThatFailsWaitsForTheTick"}, "PostgreSQL's for its restart"},
	{"fm-113", []string{"queue/sqlite: TestRefusedFilesAreLeftAsTheyAre", "queue/sqlite: TestMigrationsAreAtomic"}, ""},
	{"fm-114", []string{"queue/sqlite: TestFileThatIsGoneIsNoticed"}, ""},
	{"fm-115", []string{"queue/sqlite: TestStore"}, ""}, // Store.Update passes over what is being sent
	{"fm-116", []string{"queue: TestMailThatExpiredIsNotSent", "queue: TestMailerRetriesOnSchedule"}, ""},
}

// TestEveryFaultOfTheQueueIsShown fails where a row of the fault matrix that is
// about the queue has neither a test that exists nor a note.
func TestEveryFaultOfTheQueueIsShown(t *testing.T) {
	const root = "../../.."
	matrix, err := os.ReadFile(root + "/host/testdata/corpora/fault_matrix.tsv")
	require.NoError(t, err)
	var ids []string
	for line := range strings.Lines(string(matrix)) {
		if fields := strings.Split(line, "\t"); len(fields) > 2 && fields[1] == "queue" {
			ids = append(ids, fields[0])
		}
	}
	require.Len(t, ids, len(rows))
	there := map[string]map[string]bool{}
	for i, row := range rows {
		require.Equal(t, ids[i], row.row)
		require.True(t, len(row.tests) > 0 || row.note != "", row.row)
		for _, test := range row.tests {
			folder, name, _ := strings.Cut(test, ": ")
			if there[folder] == nil {
				there[folder] = testsIn(t, filepath.Join(root, folder))
			}
			require.True(t, there[folder][name], "%s: there is no %s", row.row, test)
		}
	}
}

// testsIn returns the names of the tests of a folder.
func testsIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(folder + "/*_test.go")
	require.NoError(t, err)
	names := map[string]bool{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		for _, decl := range f.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				names[f.Name.Name] = true
			}
		}
	}
	return names
}
