package storetest

// TxRuleNames returns the names of TxSuite's rules.
func TxRuleNames() (names []string) {
	for _, r := range txRules {
		names = append(names, r.name)
	}
	return names
}
