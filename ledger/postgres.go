package ledger

import (
	"context"
	"errors"
)

func openPostgres(ctx context.Context, url string, readOnly bool) (store, error) {
	return nil, errors.New("PostgreSQL")
}
