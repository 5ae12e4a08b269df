package tag

import "fmt"

// A Code tells what kind of mistake a [Mistake] is.
type Code uint8

const (
	_ Code = iota
	ErrSyntax
	ErrUnknownWord
	ErrMissingValue
	ErrWrongValue
	ErrContradiction
	ErrNoFrom
	ErrNoRecipient
	ErrNoColon
	ErrHeaderName
	ErrUnknownHeader
	ErrOwnHeader
	ErrHeaderTwice
	ErrForbiddenValue
	ErrValueAsName
	ErrAmbiguousValue
	ErrAddress
	ErrControl
	ErrContinuation
	ErrBlankLine
	ErrBlankInBranch
	ErrBranchEnd
	ErrTemplateCall
	ErrNoTemplate
	ErrUnknownFunc
	ErrPipeline
	ErrElse
	ErrNested
	ErrOutside
	ErrJump
	ErrOuterAssignment
	ErrTwoBodies
	ErrTextBesideParts
	ErrUnknownPart
	ErrPartPlace
	ErrHTML
	ErrNoFile
	ErrShadowed
)

var codeNames = [...]string{
	"", "ErrSyntax", "ErrUnknownWord", "ErrMissingValue", "ErrWrongValue", "ErrContradiction", "ErrNoFrom", "ErrNoRecipient",
	"ErrNoColon", "ErrHeaderName", "ErrUnknownHeader", "ErrOwnHeader", "ErrHeaderTwice", "ErrForbiddenValue", "ErrValueAsName",
	"ErrAmbiguousValue", "ErrAddress", "ErrControl", "ErrContinuation", "ErrBlankLine", "ErrBlankInBranch", "ErrBranchEnd",
	"ErrTemplateCall", "ErrNoTemplate", "ErrUnknownFunc", "ErrPipeline", "ErrElse", "ErrNested", "ErrOutside", "ErrJump",
	"ErrOuterAssignment", "ErrTwoBodies", "ErrTextBesideParts", "ErrUnknownPart", "ErrPartPlace", "ErrHTML", "ErrNoFile", "ErrShadowed",
}

// String returns the name of the constant, for go doc to explain.
func (c Code) String() string {
	if int(c) < len(codeNames) {
		return codeNames[c]
	}
	return fmt.Sprintf("Code(%d)", uint8(c))
}
