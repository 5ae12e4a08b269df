package tag

// ErrSyntax: "unexpected …", "… has no {{end}}",
// "there is nothing that this {{end}} could close", "undefined variable …",
// "multiple definition of template …" and what else the parser of text/template says
//
// Example:
//
//	{{sendmail "immediate"}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	Thank you.
//	{{end}}
//
// Discussion:
//
// The file is no template: an action cannot be read, an {{if}}, {{range}} or {{with}}
// lacks its {{end}}, or there is one too many. In the example a with is missing: a
// block is written {{with sendmail "immediate"}} … {{end}}, and {{sendmail …}} without
// it is a whole mail.
//
// The mistakes of the other files are found all the same, but no more of this one.
// Its column is that of the action which could not be read.
const ErrSyntax Code = "ErrSyntax"

// ErrDefine: "a {{define}} stands inside … of line …"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	{{template "order" .}}
//	{{define "order"}}{{.ID}}{{end}}
//	{{end}}
//
// Discussion:
//
// A {{define}} stands at the top level of a file, never inside of {{if}}, {{range}},
// {{with}}, or another {{define}}. Put it behind the block: templates may be defined
// after they are called. If it seems to stand there already, an {{end}} is missing
// before it.
const ErrDefine Code = "ErrDefine"

// ErrSameName: "the template … is … already"
//
// Example:
//
//	-- shop/order.html --
//	<p>Thank you.</p>
//	-- admin/order.html --
//	<p>One more order.</p>
//
// Discussion:
//
// As with html/template, a template is named by the base name of its file, so the
// second file would silently take the place of the first. Rename one of them. Files
// of the same name that hold nothing but {{define}} may stand side by side.
const ErrSameName Code = "ErrSameName"

// ErrShadowed: "Config.Funcs: the name … is that of an action"
//
// Example:
//
//	tag.Config{Funcs: template.FuncMap{"part": partOf, "embed": embedVideo}}
//
// Discussion:
//
// The names sendmail, part, attach and embed are taken: the templates could not tell
// the function from the action. Give the function another name. A template may have
// one of these names, for {{template "part"}} is a different thing.
const ErrShadowed Code = "ErrShadowed"

// ErrUnknownFunc: "the function … is not known"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	You pay {{euro .Total}}.
//	{{end}}
//
// Discussion:
//
// It is neither one of text/template's functions nor of sprig's, nor in
// Config.Funcs. For pages and mail parsed by [ParseFS], give it there.
//
// For a set that was parsed elsewhere and then given to [New], it must be in
// Config.Funcs as well: html/template does not tell which functions its templates
// were given, and mail is executed by text/template.
//
// sprig's functions that read the environment or the network, or burn CPU, are not
// known here: see [FuncMap].
const ErrUnknownFunc Code = "ErrUnknownFunc"

// ErrNoTemplate: "the template … does not exist"
//
// Example:
//
//	{{with sendmail}}
//	From: shop@acme.example
//	To: {{.Email}}
//
//	{{template "footer"}}
//	{{end}}
//
// Discussion:
//
// A mail calls a template that no file of the set defines. The name of a file is its
// base name with the ending: {{template "footer.html"}}. If it is in a file that no
// pattern of [ParseFS] matches, add a pattern.
const ErrNoTemplate Code = "ErrNoTemplate"
