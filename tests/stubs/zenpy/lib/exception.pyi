import requests

class ZenpyException(Exception): ...

class APIException(Exception):
    response: requests.Response | None

class RecordNotFoundException(APIException): ...
