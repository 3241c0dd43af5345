INSERT IGNORE INTO customers (id, name, city) VALUES
    (1, 'Amara Okafor', 'Lagos'),
    (2, 'Bengt Lindqvist', 'Uppsala'),
    (3, 'Chiara Rossi', 'Bologna'),
    (4, 'Dilek Aydın', 'İzmir'),
    (5, 'Émile Fournier', 'Lyon'),
    (6, 'Farah Haddad', 'Amman'),
    (7, 'Gonçalo Sousa', 'Porto'),
    (8, 'Hana Nováková', 'Brno'),
    (9, 'Ishaan Mehta', 'Pune'),
    (10, 'Juliana Prado', 'Recife'),
    (11, 'Kenji Mori', '札幌'),
    (12, 'Lotte de Vries', 'Utrecht');
