package host

import (
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

func TestXOAuth2(t *testing.T) {
	require.NoError(t, authenticate(t, XOAuth2("ann@x.example", "ya29.t=="), "XOAUTH2", &saslServer{
		func(response string) ([]byte, error) {
			require.Equal(t, "user=ann@x.example\x01auth=Bearer ya29.t==\x01\x01", response)
			return nil, nil
		},
	}))
}

// The details of a refusal are answered by nothing; the reply to that stands.
func TestXOAuth2Refused(t *testing.T) {
	err := authenticate(t, XOAuth2("ann@x.example", "old"), "XOAUTH2", &saslServer{
		func(string) ([]byte, error) { return []byte(`{"status":"401","schemes":"bearer"}`), nil },
		func(response string) ([]byte, error) {
			require.Empty(t, response)
			return nil, &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no such token"}
		},
	})
	var refused *smtp.SMTPError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 535, refused.Code)
	require.Equal(t, "no such token", refused.Message)
}

func TestXOAuth2AnswersOnce(t *testing.T) {
	c := XOAuth2("ann@x.example", "old")
	response, err := c.Next([]byte("{}"))
	require.NoError(t, err)
	require.NotNil(t, response, "nil would send nothing")
	require.Empty(t, response)
	_, err = c.Next([]byte("{}"))
	require.Error(t, err)
}

func TestXOAuth2Values(t *testing.T) {
	for _, pair := range [][2]string{{"", "t"}, {"u", ""}, {"u\x01auth=Bearer x", "t"}, {"u", "t\x01\x01"}, {"u\r\n", "t"}} {
		_, _, err := XOAuth2(pair[0], pair[1]).Start()
		require.ErrorContains(t, err, "control character", "%q", pair)
		require.NotContains(t, err.Error(), "Bearer")
	}
}
