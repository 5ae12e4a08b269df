package tag

import (
	"errors"
	"html/template"
	"io/fs"
	"maps"
	texttemplate "text/template"

	"github.com/Masterminds/sprig/v3"
)

// unsafeFuncs are sprig's functions that read the environment or the network, or
// burn CPU. Template authors do not get them.
var unsafeFuncs = []string{
	"env", "expandenv", "getHostByName",
	"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
	"genSignedCert", "genSignedCertWithKey", "buildCustomCert",
	"bcrypt", "htpasswd", "derivePassword", "encryptAES", "decryptAES",
}

// authorFuncs returns the functions that authors have beside the built-in ones.
func authorFuncs() map[string]any {
	funcs := sprig.GenericFuncMap()
	for _, name := range unsafeFuncs {
		delete(funcs, name)
	}
	return funcs
}

var errNotPrepared = errors.New("these templates were not prepared for mail: hand them to tag.New and execute the Set")

// reserved are the names of the functions that make mail.
var reserved = []string{sendmailFunc, partFunc, attachFunc, embedFunc}

// FuncMap returns what a loader of templates must register so that it can parse
// pages with sendmail blocks: sendmail itself, and sprig's functions without those
// that read the environment or the network or burn CPU. Register your own after
// it, so that yours win. Its sendmail returns an error: only a set that went
// through [New] sends mail.
func FuncMap() template.FuncMap {
	funcs := template.FuncMap(authorFuncs())
	for _, name := range reserved {
		funcs[name] = func(...any) (string, error) { return "", errNotPrepared }
	}
	return funcs
}

// mailFuncs returns the functions that lifted blocks may call: those of authors,
// the application's, and the escapers.
func mailFuncs(own template.FuncMap) map[string]any {
	funcs := authorFuncs()
	maps.Copy(funcs, printers)
	maps.Copy(funcs, own)
	maps.Copy(funcs, escaperFuncs)
	funcs[partFunc], funcs[attachFunc] = unbound, unbound
	funcs[embedFunc] = func(...any) (string, error) { return "", errors.New("embed stands outside of an HTML part") }
	return funcs
}

// known is what a lifted block finds around it.
type known struct {
	funcs texttemplate.FuncMap // which it may call
	from  bool                 // mail without a From has one
	files fs.FS                // of which attach and embed take files by name
}

// has reports whether name is one of text/template's own functions or of ours.
// Parsing a call of it is how text/template tells.
func (k known) has(name string) bool {
	if _, ok := k.funcs[name]; ok {
		return true
	}
	_, err := texttemplate.New("").Parse("{{" + name + "}}")
	return err == nil
}
