package storetest_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/go-mailhost/mailhost/queue"
	"github.com/go-mailhost/mailhost/queue/storetest"
)

// A fault is a store that breaks a rule.
type fault struct {
	rule  string
	store faultyStore
}

// The faults of the rules in a file are in the test file beside it.
var faults = slices.Concat(insertFaults, duplicateFaults, claimFaults, turnFaults, leaseFaults, finishFaults, unkeptFaults,
	historyFaults, routeFaults, awaitsFaults, pauseFaults, listFaults, filterFaults, searchFaults, updateFaults, walkFaults, retryFaults,
	cleanFaults, keyFaults, totalsFaults, shapeFaults, beatFaults, auditFaults, raceFaults)

func TestEachRuleHasAFault(t *testing.T) {
	broken := map[string]bool{}
	for _, f := range faults {
		broken[f.rule] = true
	}
	for _, rule := range storetest.RuleNames() {
		require.True(t, broken[rule], rule)
	}
}

const faultVariable = "MAILHOST_STORETEST_FAULT"

// A suite that fails cannot be run inside a test that passes: each faulty store
// is tested by this test binary, run again.
func TestFaultsAreFound(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for i, fault := range faults {
		t.Run(fault.rule, func(t *testing.T) {
			t.Parallel()
			rule := "TestFaulty/" + strings.ReplaceAll(fault.rule, " ", "_")
			suite := exec.CommandContext(t.Context(), self, "-test.timeout=2m",
				"-test.run=^"+strings.ReplaceAll(regexp.QuoteMeta(rule), "/", "$/^")+"$")
			suite.Env = append(os.Environ(), fmt.Sprintf("%s=%d", faultVariable, i))
			output, err := suite.CombinedOutput()
			require.Error(t, err, "the suite must fail")
			require.Contains(t, string(output), "--- FAIL: "+rule)
			require.NotContains(t, string(output), "panic:", "the rule must say what is wrong")
		})
	}
}

func TestFaulty(t *testing.T) {
	fault, err := strconv.Atoi(os.Getenv(faultVariable))
	if err != nil {
		return // it is for TestFaultsAreFound, which sets the variable
	}
	storetest.Run(t, func(*testing.T) queue.Store {
		store := faults[fault].store
		store.Store = queue.Memory()
		return store
	})
}
