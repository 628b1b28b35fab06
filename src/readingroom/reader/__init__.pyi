from .reading import Reading as Reading, read_film as read_film
from .widget import FilmReader as FilmReader
