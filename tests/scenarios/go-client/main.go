// Asks STS who it is, as any program of the AWS SDK for Go 2 does; for tests/scenarios/record.test.ts.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	options := sts.Options{
		Region:      os.Getenv("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""),
	}
	if url := os.Getenv("AWS_ENDPOINT_URL"); url != "" {
		options.BaseEndpoint = &url
	}
	answer, err := sts.New(options).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(aws.ToString(answer.Account))
}
