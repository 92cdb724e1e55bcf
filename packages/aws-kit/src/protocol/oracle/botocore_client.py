"""Reads one JSON question a line, answers one JSON line each: what botocore would send, or what it reads.
A line of kind `model` hands it a definition that it does not have, and has no answer.

Timestamps travel as {"$time": epoch milliseconds}, bytes as {"$blob": base64}.
"""

import base64
import datetime
import json
import sys
from urllib.parse import quote as percent

import botocore.session
from botocore.awsrequest import HeadersDict
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MILLISECOND = datetime.timedelta(milliseconds=1)
loader = botocore.session.get_session().get_component('data_loader')
models = {}


def model_of(service):
    if service not in models:
        models[service] = ServiceModel(loader.load_service_model(service, 'service-2'), service)
    return models[service]


def decode(value):
    if isinstance(value, list):
        return [decode(each) for each in value]
    if not isinstance(value, dict):
        return value
    if '$time' in value:
        return EPOCH + value['$time'] * MILLISECOND
    if '$blob' in value:
        return base64.b64decode(value['$blob'])
    return {key: decode(each) for key, each in value.items()}


def encode(value):
    if isinstance(value, datetime.datetime):
        return {'$time': round((value - EPOCH) / MILLISECOND)}
    if isinstance(value, bytes):
        return {'$blob': base64.b64encode(value).decode()}
    if isinstance(value, list):
        return [encode(each) for each in value]
    if isinstance(value, dict):
        return {key: encode(each) for key, each in value.items()}
    return value


def request(question, model, operation):
    serializer = create_serializer(model.metadata['protocol'], include_validation=False)
    sent = serializer.serialize_to_request(decode(question['input']), operation)
    body = sent['body']
    if isinstance(body, dict):
        body = '&'.join(f'{quote(key)}={quote(value)}' for key, value in body.items())
    query = sent['query_string']
    pairs = query.items() if isinstance(query, dict) else query
    flat = [(key, each) for key, value in pairs for each in (value if isinstance(value, list) else [value])]
    path, _, literals = sent['url_path'].partition('?')
    return {
        'method': sent['method'],
        'path': path,
        'query': '&'.join([literals] * bool(literals) + [f'{quote(key)}={quote(value)}' for key, value in flat]),
        'headers': {key.lower(): str(value) for key, value in sent['headers'].items()},
        'body': base64.b64encode(body.encode() if isinstance(body, str) else body).decode(),
    }


def quote(value):
    return percent(str(value), safe='')


def answer(question, model, operation):
    parser = create_parser(model.metadata['protocol'])
    response = {
        'status_code': question['status'],
        'headers': HeadersDict(question['headers']),
        'body': base64.b64decode(question['body']),
    }
    read = parser.parse(response, operation.output_shape)
    read.pop('ResponseMetadata', None)
    return encode(read)


for line in sys.stdin:
    asked = json.loads(line)
    if asked['kind'] == 'model':
        models[asked['service']] = ServiceModel(asked['definition'], asked['service'])
        continue
    try:
        service = model_of(asked['service'])
        named = service.operation_model(asked['operation'])
    except (UnknownServiceError, OperationNotFoundError):
        # The tables come from a release of their own, which may know more than the one installed.
        print(json.dumps(None))
        continue
    kinds = {'request': request, 'answer': answer}
    print(json.dumps(kinds[asked['kind']](asked, service, named)))
