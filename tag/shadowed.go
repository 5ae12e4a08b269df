package tag

import "fmt"

// checkShadowed reports functions of the application that have the name of an
// action of ours: mail could not tell one from the other.
func (c Config) checkShadowed(mistakes *Mistakes) {
	for _, name := range []string{"sendmail", "part", "attach", "embed"} {
		if c.Funcs[name] != nil {
			mistakes.add(Mistake{Code: ErrShadowed, What: fmt.Sprintf("Config.Funcs: the name %q is that of an action", name), Instead: "give the function another"})
		}
	}
}
